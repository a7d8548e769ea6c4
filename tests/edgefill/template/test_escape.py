"""Escaping equals markupsafe, json and a plain strip, however the values are joined."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from edgefill.template.escape import ESCAPES

VALUES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["\x1f", "&<>'\"", "a\x1f<b", "", "é😀", "<\ud800>"]),
    ),
    max_size=5,
)


@given(VALUES)
def test_html_is_markupsafe(values: list[str]) -> None:
    """Also where a value holds the character that joins them."""
    assert list(ESCAPES["html"](values)) == [str(escape(value)) for value in values]


@given(VALUES)
def test_json_is_the_inside_of_a_string(values: list[str]) -> None:
    """Between quotes, each value reads back as itself."""
    assert [json.loads(f'"{text}"') for text in ESCAPES["json"](values)] == values


@given(VALUES)
def test_text_loses_only_control_characters(values: list[str]) -> None:
    """Tab and line feed stay, and all that a reader sees."""
    rest = [
        "".join(c for c in value if c in "\t\n" or not (c < " " or "\x7f" <= c <= "\x9f"))
        for value in values
    ]
    assert list(ESCAPES["text"](values)) == rest
