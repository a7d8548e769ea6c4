"""Character references are decoded, and findings keep their place in the source."""

import html
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.compiler.compile import find_refusals
from edgefill.compiler.lint.character_references import decode_references
from edgefill.core.experience import Experience

Make = Callable[..., Experience]
PIECES = st.lists(
    st.sampled_from(["a", "&amp;", "&euro;", "&#66;", "&#x1F600;", "&no;", "&", "\0"])
)


@given(PIECES)
def test_html_is_decoded_as_by_a_browser(pieces: list[str]) -> None:
    """Each character has the offset of its reference."""
    text = "".join(pieces)
    decoded = decode_references(text, "html")
    assert decoded.text == html.unescape(text.replace("\0", "\x01")).replace("\x01", "\0")
    assert len(decoded.offsets) == len(decoded.text) + 1
    assert decoded.offsets == sorted(decoded.offsets)
    assert decoded.offsets[-1] == len(text)


@given(st.text())
def test_json_is_decoded_as_by_a_parser(text: str) -> None:
    """This is the inside of a string."""
    assert decode_references(json.dumps(text)[1:-1], "json").text == text


@given(st.text())
def test_plain_text_has_no_references(text: str) -> None:
    """It is unchanged, each character at its own offset."""
    decoded = decode_references(text, "text")
    assert (decoded.text, decoded.offsets) == (text, [*range(len(text) + 1)])


@pytest.mark.parametrize(
    ("format_", "text", "column", "rule"),
    [
        ("html", "<p>now &euro;12</p>", 8, "amount"),
        ("html", "<p>now 12&nbsp;&#8364; only</p>", 8, "amount"),
        ("html", "<p>Hello &#90;oltan!</p>", 10, "name"),
        ("html", "<p>&auml; ask zo&#64;mail.example</p>", 15, "email"),
        ("html", "<p>a &#8238; b</p>", 6, "control"),
        ("json", '{"a": "now \\u20ac12"}', 12, "amount"),
        ("json", '{"a": "Hello \\u005aoltan!"}', 14, "name"),
        ("json", '{"a": "bell \\b"}', 13, "control"),
    ],
)
def test_a_reference_hides_nothing(
    make_experience: Make, format_: str, text: str, column: int, rule: str
) -> None:
    """Personal data and invisible characters are refusals at their place in the source."""
    refusals = find_refusals(text, experience=make_experience(format_), locale="en", name="t")
    assert [(each.column, each.rule) for each in refusals] == [(column, rule)]
