"""What a text reads like with and without its optional parts, after their blanks are moved."""

from __future__ import annotations

import itertools
import json
import re
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.drafting.optional_blanks import move_optional_blanks

SLOTS = ("x", "y")
JINJA = Environment(autoescape=False)


def make_experience(format_: Literal["html", "text", "json"]) -> Experience:
    return Experience(id="greeting", version="1", format=format_, slots=(), cases=CaseSpec())


TEXT, JSON, HTML = make_experience("text"), make_experience("json"), make_experience("html")


@st.composite
def optional_blocks(draw: st.DrawFn) -> str:
    """An optional sentence, with or without an else, or with another one inside."""
    slot = draw(st.sampled_from(SLOTS))
    body = draw(st.sampled_from(("B.", "B {{ x }}.", "B.{% if y is defined %} D.{% endif %}")))
    body = draw(st.sampled_from((body, "B. {% if y is defined %}D.{% endif %}")))
    other = draw(st.sampled_from(("", "{% else %}C.", "{% elif y is defined %}C.")))
    return f"{{% if {slot} is defined %}}{body}{other}{{% endif %}}"


PARTS = st.lists(optional_blocks() | st.sampled_from(("E.", "{{ x }}!")), max_size=4)
SENTENCES = PARTS.map(lambda parts: " ".join(["A.", *parts]))


def read(template: str) -> list[str]:
    """The template's text in every combination of present and absent slots."""
    choices = itertools.product((True, False), repeat=len(SLOTS))
    compiled = JINJA.from_string(template)
    return [
        compiled.render({slot: "v" for slot, on in zip(SLOTS, each, strict=True) if on})
        for each in choices
    ]


def assert_whole(before: str, after: str) -> None:
    assert " ".join(before.split()) == after


@given(SENTENCES)
def test_a_text_says_the_same_without_extra_blanks(template: str) -> None:
    """Jinja2 renders the template before and after."""
    moved = move_optional_blanks(template, experience=TEXT)
    for before, after in zip(read(template), read(moved), strict=True):
        assert_whole(before, after)


@given(SENTENCES, SENTENCES)
def test_a_field_says_the_same_without_extra_blanks(first: str, second: str) -> None:
    """Each field of JSON, also before another one."""
    template = f'{{"title": "{first}", "body": "{second}"}}'
    moved = move_optional_blanks(template, experience=JSON)
    for before, after in zip(read(template), read(moved), strict=True):
        fields, moved_fields = json.loads(before), json.loads(after)
        assert fields.keys() == moved_fields.keys()
        for name in fields:
            assert_whole(fields[name], moved_fields[name])


@given(SENTENCES)
def test_a_second_pass_changes_nothing(template: str) -> None:
    """The step is idempotent."""
    moved = move_optional_blanks(template, experience=TEXT)
    assert move_optional_blanks(moved, experience=TEXT) == moved
    assert not re.search(r"  ", moved)


@pytest.mark.parametrize(
    ("template", "moved"),
    [
        ("A. {% if x %}B.{% endif %} C.", "A.{% if x %} B.{% endif %} C."),
        ("A. {% if x %}B. {% endif %}C.", "A.{% if x %} B.{% endif %} C."),
        ("A {% if x %}B{% else %}C{% endif %} D", "A {% if x %}B{% else %}C{% endif %} D"),
        ("A {% if x %}b{% endif %}c", "A {% if x %}b{% endif %}c"),
        ("A. {% if x %}B.", "A. {% if x %}B."),
        ("A. {%- if x %}B.{% endif %}", "A. {%- if x %}B.{% endif %}"),
        (
            "A. {% for i in r %}{% if i %}b{% endif %}{% endfor %}",
            "A. {% for i in r %}{% if i %}b{% endif %}{% endfor %}",
        ),
    ],
)
def test_only_a_blank_that_would_be_left_over_is_moved(template: str, moved: str) -> None:
    """Whole branches, words without a blank, unclosed blocks and loops stay as they are."""
    assert move_optional_blanks(template, experience=TEXT) == moved


def test_html_is_left_as_it_is() -> None:
    """A browser collapses the blanks."""
    template = "<p>A. {% if x %}B.{% endif %}</p>"
    assert move_optional_blanks(template, experience=HTML) == template
