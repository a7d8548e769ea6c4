"""Filters equal Jinja2's, and raise for no value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from edgefill.template import filters

_JINJA = Environment()


@given(text=st.text(max_size=60))
@pytest.mark.parametrize("name", ["upper", "lower", "title", "capitalize", "urlencode", "length"])
def test_filters_of_text_are_jinja2s(name: str, text: str) -> None:
    """Byte for byte, on any text."""
    jinjas = _JINJA.call_filter(name, text)
    assert getattr(filters, name)(text) == jinjas


@given(
    text=st.text(alphabet="ab cd-\xa0", max_size=40),
    length=st.integers(3, 20),
    kill=st.booleans(),
    leeway=st.integers(0, 6),
)
def test_truncate_is_jinja2s(text: str, length: int, kill: bool, leeway: int) -> None:
    """Whole words or cut ones, with and without leeway."""
    context = _JINJA.from_string("").new_context()
    args = [length, kill, "...", leeway]
    jinjas = _JINJA.call_filter("truncate", text, args, context=context)
    assert filters.truncate(text, length, kill, "...", leeway) == jinjas


@pytest.mark.parametrize("raw", [None, True, 3, 2.5, "a", "", ["a", 1], {"a": 1}, [{"a": "b"}], []])
def test_filters_are_total(raw: Any) -> None:
    """No value makes a filter raise."""
    assert isinstance(filters.to_text(raw), str)
    assert isinstance(filters.title(raw), str)
    assert isinstance(filters.urlencode(raw), str)
    assert isinstance(filters.join(raw, ", ", ""), str)
    assert isinstance(filters.join(raw, ", ", "a"), str)
    assert isinstance(filters.length(raw), int)
    assert (filters.truncate(raw, 9, True, "...", 0) is None) == (raw is None)
    assert filters.first(raw) in ("a", {"a": "b"}, None)
    assert filters.default(raw, "x", True) in (raw, "x")
