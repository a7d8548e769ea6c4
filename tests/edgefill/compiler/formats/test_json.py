"""A JSON template must give one valid object on every path through it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler import find_refusals
from edgefill.core.experience import Experience

Make = Callable[..., Experience]


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "Hi {{ name }}", "body": "{% if vip %}gold{% endif %} {{ total | money }}"}',
        '{"title": "a", "body": "{% for x in tags %}{{ x }}{% if not loop.last %}, {% endif %}'
        '{% endfor %}\\n\\u00e9 {{ vip }}"}',
    ],
)
def test_valid_payloads_pass(make_experience: Make, text: str) -> None:
    """Slots are inside strings; the members are exactly the declared ones."""
    experience = make_experience("json", fields=("title", "body"))
    assert find_refusals(text, experience=experience, locale="de", name="t") == []


def test_payloads_without_declared_members(make_experience: Make) -> None:
    """Any object is valid; numbers and booleans may be printed outside strings."""
    text = (
        '{"n": {{ points }}, "b": {{ vip }}, "c": {{ tags | length }}, "tags": '
        '[{% for x in tags %}"{{ x }}"{% if not loop.last %}, {% endif %}{% endfor %}]'
        '{% if n is defined %}, "m": {{ n }}{% endif %}}'
    )
    assert find_refusals(text, experience=make_experience("json"), locale="de", name="t") == []


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ('{"title": {{ name }}, "body": ""}', 14, "outside a string"),
        ('{"title": {{ n }}, "body": ""}', 14, "outside a string"),
        ('{"title": {{ points | number }}, "body": ""}', 23, "outside a string"),
        ('{"title": "a\\{{ name }}", "body": ""}', 13, "escape"),
        ('{"title": "a{% if vip %}", "body": "{% endif %}"}', 1, "missing"),
        ('{"title": "a{% for x in tags %}"{% endfor %}, "body": ""}', 16, "branches"),
        ('{"title": "a"}', 1, "missing"),
        ('{"title": "a", "body": "b", "more": "c"}', 1, "not declared"),
        ('{"title": 3, "body": "b"}', 1, "string"),
        ('["title"]', 1, "object"),
        ('{"title": "a", "title": "b", "body": ""}', 1, "repeated"),
        ('{"title": "a", "body": ""{% if vip %},{% endif %}}', 1, "every path"),
        ('{"{{ name }}": "a", "title": "b", "body": ""}', 1, "part of a member's name"),
        ("Hello", 1, "every path"),
    ],
)
def test_invalid_payloads_are_refused(
    make_experience: Make, text: str, column: int, reason: str
) -> None:
    """Each is refused with its reason, at its column where there is one."""
    experience = make_experience("json", fields=("title", "body"))
    refusals = find_refusals(text, experience=experience, locale="de", name="t")
    assert [(e.line, e.column, e.rule) for e in refusals][-1][:2] == (1, column)
    assert reason in refusals[-1].reason


def test_json_nested_too_deeply_is_refused(make_experience: Make) -> None:
    """The recursion limit of Python's reader becomes a refusal, not a traceback."""
    experience = make_experience("json", max_chars=500_000)
    text = '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}"
    refusals = find_refusals(text, experience=experience, locale="de", name="t")
    assert [error.rule for error in refusals] == ["json"]
