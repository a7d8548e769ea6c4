"""Templates of other systems become ours; what has no equal is listed with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from edgefill.authoring.conversion.convert import convert_template


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{${first_name} | default: 'you'}}", "{{ first_name | default('you') }}"),
        ('{{ user.name|default:"you"|upper }}', "{{ name | upper | default('you') }}"),
        ("{{{body}}}", "{{ body | default('(body)') }}"),
        ("{{#if a}}x{{else}}y{{/if}}", "{% if a %}x{% else %}y{% endif %}"),
        ("{{#unless a}}x{{/unless}}", "{% if not a %}x{% endif %}"),
        ("{{^a}}x{{/a}}", "{% if not a %}x{% endif %}"),
        (
            "{% if a == blank %}x{% elsif b %}y{% endif %}",
            "{% if not a %}x{% elif b %}y{% endif %}",
        ),
        ("{% if a.n >= 3 %}x{% endif %}", "{% if n is defined and n >= 3 %}x{% endif %}"),
        (
            "{% for p in cart.lines %}{{ p.title }}{% endfor %}",
            "{% for p in lines %}{{ p.title }}{% endfor %}",
        ),
        (
            "{{#each lines}}{{title}}{{/each}}",
            "{% for item in lines %}{{ item.title }}{% endfor %}",
        ),
        ("{% if a %}open", "{% if a %}open{% endif %}"),
    ],
)
def test_a_construct_becomes_its_equal(source: str, expected: str) -> None:
    conversion = convert_template(source, is_html=False)
    assert conversion.text == f"{expected}\n"
    assert conversion.losses == ()


@pytest.mark.parametrize(
    ("source", "text", "loss"),
    [
        ("a\n{% assign x = 1 %}b", "a\nb\n", "{% assign x = 1 %}: has no equal"),
        ("a\n{% case x %}{% when 1 %}b{% else %}c{% endcase %}", "a\n", "{% case x %}: has no"),
        ("a\n{% if x contains 'y' %}b{% else %}c{% endif %}", "a\nc\n", "{% if x contains 'y' %}"),
        ("a\n{{> footer}}{{#if b}}{{/if}}", "a\n{% if b %}{% endif %}\n", "{{> footer}}: has no"),
        ("a\n{{ x | reverse }}", "a\n{{ x | default('(x)') }}\n", "the filter 'reverse' is left"),
        ("a\n{% endif %}", "a\n", "{% endif %}: closes a block that is not open"),
        ("a\n{{ f(x) }}", "a\n", "{{ f(x) }}: an expression is not a slot"),
    ],
)
def test_what_has_no_equal_is_left_out_and_listed(source: str, text: str, loss: str) -> None:
    """The loss has the line of the original, and its text never appears unconditionally."""
    conversion = convert_template(source, is_html=False)
    assert conversion.text == text
    (only,) = conversion.losses
    assert only.line == 2
    assert loss in only.what


def test_html_keeps_what_a_fallback_may_have() -> None:
    """Styles, scripts and images go, with the line of the original."""
    source = "{# a\nb #}\n<style>p {}</style><h1>Hi</h1>\n<img src='x'><p style='a'>A &amp; B</p>"
    conversion = convert_template(source, is_html=True)
    assert conversion.text == "<h2>Hi</h2>\n<p>A &amp; B</p>\n"
    assert [(loss.line, loss.what.split(":")[0]) for loss in conversion.losses] == [
        (3, "<style>"),
        (4, "<img>"),
    ]


def test_types_follow_from_filters_comparisons_and_names() -> None:
    """A blank that is only tested is a boolean; a list has the fields that are printed."""
    source = (
        "{{ gesamtbetrag }}{{ x | date: '%d' }}{{ link_url }}{% if n > 2 %}{% endif %}"
        "{% if flag %}{% endif %}{% for i in lines %}{{ i.price }}{% endfor %}"
    )
    slots = convert_template(source, is_html=False).slots
    assert {name: slot["type"] for name, slot in slots.items()} == {
        "gesamtbetrag": "money",
        "x": "date",
        "link_url": "url",
        "n": "number",
        "flag": "boolean",
        "lines": "list",
    }
    assert slots["lines"]["item"] == {
        "price": {"type": "money", "currencies": ["EUR", "USD", "GBP", "CHF"]}
    }


_PIECES = st.sampled_from(
    ["{% if a %}", "{% else %}", "{% elif b == 'x' %}", "{% endif %}", "{% for x in y %}",
     "{{ z }}", "{% endfor %}", "{% case q %}", "{% endcase %}", "{% if 1 + 1 %}", "{{ x.k }}",
     "<p>", "text", "{#", "{{", "%}", "{{ a | b | c }}", "{% empty %}", "{% block c %}",
     "{% endblock %}"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join), st.booleans())
def test_any_template_converts_to_jinja2_without_an_error(source: str, is_html: bool) -> None:
    """Blocks are balanced in the result, whatever the source does."""
    text = convert_template(source, is_html=is_html).text
    Environment().parse(text)
