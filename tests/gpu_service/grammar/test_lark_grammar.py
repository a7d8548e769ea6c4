"""What the grammar lets a model write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer

from edgefill.compiler.compile import find_refusals
from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec

Walk = Callable[[str, int], str]
LINT = {"amount", "digits", "name", "order-id", "phone", "placeholder"}  # wording, not form


def accepts(shape: TemplateSpec, text: str) -> bool:
    """Whether the grammar of `shape` lets `text` through, whole."""
    matcher = LLMatcher(LLTokenizer("byte"), build_grammar(shape), log_level=0)
    data = list(text.encode())
    return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()


def refused(text: str, shape: TemplateSpec) -> list[str]:
    """What the compiler says to `text`."""
    experience = Experience(
        id="x", version="v", format=shape.format, slots=shape.slots, cases=CaseSpec(),
        fields=shape.fields, max_chars=100_000,
    )  # fmt: skip
    found = find_refusals(text, experience=experience, locale="en", name="sampled")
    return [str(refusal) for refusal in found if refusal.rule not in LINT]


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_what_the_grammar_allows_compiles(
    shape: TemplateSpec, slots: tuple[Slot, ...], walk: Walk, seed: int, data: st.DataObject
) -> None:
    """Any text of the grammar of any of the slots is a template that the compiler takes."""
    kept = tuple(slot for slot in slots if data.draw(st.booleans()))
    some = TemplateSpec(
        format=shape.format, slots=kept, fields=shape.fields, max_chars=shape.max_chars
    )
    text = walk(build_grammar(some), seed)
    assert refused(text, some) == []


@pytest.mark.parametrize("seed", range(5))
def test_every_required_slot_is_written(shape: TemplateSpec, walk: Walk, seed: int) -> None:
    """A text cannot end before each required slot stands in it, outside any branch."""
    text = re.sub(r"\{% if .*?\{% endif %\}", "", walk(build_grammar(shape), seed), flags=re.DOTALL)
    for slot in shape.slots:
        assert not slot.required or re.search(rf"(\{{\{{|in) {slot.name} ", text), slot.name


@pytest.mark.parametrize("seed", range(5))
def test_texts_end_near_their_length(shape: TemplateSpec, walk: Walk, seed: int) -> None:
    """The budget ends a text that no model would end; no digits run beyond two."""
    text = walk(build_grammar(shape), seed)
    assert len(text) < 6 * shape.max_chars
    assert not re.search(r"[0-9]{3}", text)


@pytest.mark.parametrize("format", ["html", "json", "text"])
def test_no_slots_is_a_grammar_too(format: str, walk: Walk) -> None:
    """Without slots the text names none."""
    shape = TemplateSpec(format=format, slots=(), fields=("body",), max_chars=60)
    text = walk(build_grammar(shape), 1)
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize(
    "text",
    [
        "Hello {{ stranger }}", "Hello {{ nam }}", "{% if stranger %}a{% endif %}",
        "{{ name.__class__ }}", "{% for i in stranger %}{{ i }}{% endfor %}", "{{ name | safe }}",
        "{{ vip }}", "{{ total }}", "Hello [Name]", "Hello {name}", "a@b", "code 1234", "{# a #}",
        "{% set a = 1 %}", "costs 5 €", "{{ note }}",
    ],
)  # fmt: skip
def test_what_is_not_declared_cannot_be_written(text: str, slots: tuple[Slot, ...]) -> None:
    """Undeclared names, foreign idioms, placeholders and literals do not pass."""
    free = tuple(slot for slot in slots if not slot.required)
    free += (Slot(name="name", type="name", default="there"),)
    assert not accepts(TemplateSpec(format="text", slots=free), text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello {{ name }}!\n\nYour order is late.",
        "{% if vip %}Dear{% else %}Hi{% endif %} {{ name }}, it is {{ count | number }} % off.",
        '{% if eta is defined %}Comes {{ eta | date("long") }} at {{ eta | time }}.{% endif %}',
        "{% for i in items %}{{ i.title }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% if tags is defined %}About {{ tags | join(', ') }}.{% endif %}",
        "{% if tier == 'gold' %}Gold{% elif tier == 'silver' %}Silver{% else %}Hi{% endif %}",
        "Schöne Grüße — „今日は“, привет",
    ],
)
def test_the_canonical_idioms_pass(text: str, slots: tuple[Slot, ...]) -> None:
    """What people write of declared slots passes."""
    free = tuple(
        Slot(name=s.name, type=s.type, default=s.default, values=s.values, item=s.item)
        for s in slots
    )
    assert accepts(TemplateSpec(format="text", slots=free), text)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("<p>Hello <strong>{{ name }}</strong>,</p>\n<p>bye &amp; thanks</p>", True),
        ('<a href="{{ link }}">x</a>', True),
        ("<div><h2>Hi</h2><ul><li>{{ name }}</li></ul></div>", True),
        ("<ul>{% for i in items %}<li>{{ i.title }}</li>{% endfor %}</ul>", True),
        ("{% if vip %}<p>Thanks</p>{% else %}<p>Hi</p>{% endif %}", True),
        ("<p>Hello", False),
        ("<p>Hello</h2>", False),
        ("<p></p>", False),
        ("<script>a</script>", False),
        ('<a href="javascript:a">x</a>', False),
        ('<p onclick="a">x</p>', False),
        ('<a href="{{ link }}"><a href="{{ link }}">x</a></a>', False),
        ("<p>{{ link }}</p>", False),
        ("<p><p>x</p></p>", False),
        ("A & B", False),
    ],
)  # fmt: skip
def test_html_is_balanced_and_allow_listed(
    text: str, passes: bool, slots: tuple[Slot, ...]
) -> None:
    """Elements nest and close, URLs stand in href alone, nothing else is markup."""
    free = tuple(
        Slot(name=s.name, type=s.type, default=s.default, values=s.values, item=s.item)
        for s in slots
    )
    assert accepts(TemplateSpec(format="html", slots=free), text) is passes


@pytest.mark.parametrize("seed", range(5))
def test_json_has_exactly_the_fields(slots: tuple[Slot, ...], walk: Walk, seed: int) -> None:
    """The object's members are the fields in order, each a string."""
    plain = Slot(name="name", type="name", required=True, default="there")
    shape = TemplateSpec(
        format="json", slots=(plain,), fields=("title", "a b", 'q"'), max_chars=200
    )
    said = json.loads(walk(build_grammar(shape), seed))
    assert list(said) == ["title", "a b", 'q"']
    assert all(isinstance(value, str) and value for value in said.values())
