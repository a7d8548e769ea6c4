"""The texts that the grammar of a template accepts."""

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
# Rules about content, not about form.
LINT = {
    "amount", "blanks", "chat", "digits", "empty", "incomplete", "name", "order-id",
    "other-language", "phone", "placeholder", "punctuation", "repetition", "template-syntax",
}  # fmt: skip


def is_accepted(spec: TemplateSpec, text: str) -> bool:
    """Whether the grammar of `spec` accepts the whole of `text`."""
    matcher = LLMatcher(LLTokenizer("byte"), build_grammar(spec), log_level=0)
    data = list(text.encode())
    return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()


def find_form_refusals(text: str, spec: TemplateSpec) -> list[str]:
    """The compiler's refusals of `text`, except those of the lint."""
    experience = Experience(
        id="x", version="v", format=spec.format, slots=spec.slots, cases=CaseSpec(),
        fields=spec.fields, max_chars=100_000,
    )  # fmt: skip
    refusals = find_refusals(text, experience=experience, locale="en", name="sampled")
    return [str(refusal) for refusal in refusals if refusal.rule not in LINT]


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_every_text_of_the_grammar_compiles(
    spec: TemplateSpec, slots: tuple[Slot, ...], walk: Walk, seed: int, data: st.DataObject
) -> None:
    """The compiler accepts every text of the grammar, for every choice of slots."""
    some_slots = tuple(slot for slot in slots if data.draw(st.booleans()))
    some = TemplateSpec(
        format=spec.format, slots=some_slots, fields=spec.fields, max_chars=spec.max_chars
    )
    text = walk(build_grammar(some), seed)
    assert find_form_refusals(text, some) == []


@pytest.mark.parametrize("seed", range(5))
def test_every_required_slot_is_used(spec: TemplateSpec, walk: Walk, seed: int) -> None:
    """A text cannot end before it has each required slot outside any branch."""
    text = re.sub(r"\{% if .*?\{% endif %\}", "", walk(build_grammar(spec), seed), flags=re.DOTALL)
    for slot in spec.slots:
        assert not slot.required or re.search(rf"(\{{\{{|in) {slot.name} ", text), slot.name


@pytest.mark.parametrize("seed", range(5))
def test_texts_end_near_their_length(spec: TemplateSpec, walk: Walk, seed: int) -> None:
    """The length ends a text that a model would not end; no number has more than two digits."""
    text = walk(build_grammar(spec), seed)
    assert len(text) < 6 * spec.max_chars
    assert not re.search(r"[0-9]{3}", text)


@pytest.mark.parametrize("format", ["html", "json", "text"])
def test_a_grammar_needs_no_slots(format: str, walk: Walk) -> None:
    """Without slots the text names no slot."""
    spec = TemplateSpec(format=format, slots=(), fields=("body",), max_chars=60)
    text = walk(build_grammar(spec), 1)
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
def test_undeclared_slots_and_syntax_are_rejected(text: str, slots: tuple[Slot, ...]) -> None:
    """Undeclared names, other syntax, placeholders and literals are rejected."""
    free = tuple(slot for slot in slots if not slot.required)
    free += (Slot(name="name", type="name", default="there"),)
    assert not is_accepted(TemplateSpec(format="text", slots=free), text)


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
def test_the_documented_forms_are_accepted(text: str, slots: tuple[Slot, ...]) -> None:
    """The forms in which people write declared slots are accepted."""
    free = tuple(
        Slot(name=s.name, type=s.type, default=s.default, values=s.values, item=s.item)
        for s in slots
    )
    assert is_accepted(TemplateSpec(format="text", slots=free), text)


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
    """Elements nest and close, URLs are only in href, and other markup is rejected."""
    free = tuple(
        Slot(name=s.name, type=s.type, default=s.default, values=s.values, item=s.item)
        for s in slots
    )
    assert is_accepted(TemplateSpec(format="html", slots=free), text) is passes


@pytest.mark.parametrize("seed", range(5))
def test_json_has_exactly_the_fields(slots: tuple[Slot, ...], walk: Walk, seed: int) -> None:
    """The object's members are the fields, in order, all strings."""
    plain = Slot(name="name", type="name", required=True, default="there")
    spec = TemplateSpec(format="json", slots=(plain,), fields=("title", "a b", 'q"'), max_chars=200)
    fields = json.loads(walk(build_grammar(spec), seed))
    assert list(fields) == ["title", "a b", 'q"']
    assert all(isinstance(value, str) and value for value in fields.values())
