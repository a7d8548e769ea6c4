"""Payloads: one sound JSON object on every way through the template."""

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
def test_sound_payloads(experience: Make, text: str) -> None:
    """Slots inside strings; exactly the declared members."""
    made = experience("json", fields=("title", "body"))
    assert find_refusals(text, experience=made, locale="de", name="t") == []


def test_free_payloads(experience: Make) -> None:
    """Without declared members any object will do; numbers and booleans may stand bare."""
    text = (
        '{"n": {{ points }}, "b": {{ vip }}, "c": {{ tags | length }}, "tags": '
        '[{% for x in tags %}"{{ x }}"{% if not loop.last %}, {% endif %}{% endfor %}]'
        '{% if n is defined %}, "m": {{ n }}{% endif %}}'
    )
    assert find_refusals(text, experience=experience("json"), locale="de", name="t") == []


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ('{"title": {{ name }}, "body": ""}', 14, "bare"),
        ('{"title": {{ n }}, "body": ""}', 14, "bare"),
        ('{"title": {{ points | number }}, "body": ""}', 23, "bare"),
        ('{"title": "a\\{{ name }}", "body": ""}', 13, "escape"),
        ('{"title": "a{% if vip %}", "body": "{% endif %}"}', 1, "missing"),
        ('{"title": "a{% for x in tags %}"{% endfor %}, "body": ""}', 16, "branches"),
        ('{"title": "a"}', 1, "missing"),
        ('{"title": "a", "body": "b", "more": "c"}', 1, "not asked for"),
        ('{"title": 3, "body": "b"}', 1, "string"),
        ('["title"]', 1, "object"),
        ('{"title": "a", "title": "b", "body": ""}', 1, "twice"),
        ('{"title": "a", "body": ""{% if vip %},{% endif %}}', 1, "every branch"),
        ('{"{{ name }}": "a", "title": "b", "body": ""}', 1, "names a member"),
        ("Hello", 1, "every branch"),
    ],
)
def test_unsound_payloads(experience: Make, text: str, column: int, reason: str) -> None:
    """Each is refused, at its column where there is one."""
    made = experience("json", fields=("title", "body"))
    found = find_refusals(text, experience=made, locale="de", name="t")
    assert [(e.line, e.column, e.rule) for e in found][-1][:2] == (1, column)
    wanted = "stand outside" if reason == "bare" else reason
    assert wanted in found[-1].reason


def test_json_nested_too_deep_is_refused(experience: Make) -> None:
    """Python's reader gives up on it; that is no traceback."""
    made = experience("json", max_chars=500_000)
    text = '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}"
    found = find_refusals(text, experience=made, locale="de", name="t")
    assert [error.rule for error in found] == ["json"]
