"""Control characters of a model's text are shown or escaped, never obeyed."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from edgefill.quality.printable import escape_controls, replace_controls

ANY_TEXT = st.text(st.characters(codec=None))


def test_escape_sequences_lose_their_control() -> None:
    """CSI, OSC and a C1 control; what follows stays, so that nothing is hidden."""
    text = "a\x1b[2Jb\x1b]0;title\x07c\x9b31md"
    assert replace_controls(text) == "a\ufffd[2Jb\ufffd]0;title\ufffdc\ufffd31md"


def test_a_text_keeps_its_lines_and_letters() -> None:
    """Line breaks, tabs and every language's letters."""
    assert replace_controls("Grüße,\r\n\t日本語 👩\u200d💻") == "Grüße,\n\t日本語 👩\u200d💻"


def test_what_reorders_or_overwrites_a_line_is_replaced() -> None:
    assert replace_controls("a\rb\u202ec\u2066d") == "a\ufffdb\ufffdc\ufffdd"


@given(ANY_TEXT)
def test_a_replaced_text_can_be_printed(text: str) -> None:
    """It is valid UTF-8, and its only controls are line break and tab."""
    shown = replace_controls(text).encode().decode()
    assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)
    assert not any(0x7F <= ord(char) <= 0x9F for char in shown)


@given(ANY_TEXT)
def test_escaped_json_holds_the_same(text: str) -> None:
    escaped = escape_controls(json.dumps([text], ensure_ascii=False))
    assert json.loads(escaped.encode()) == [text]
    assert not any(0x7F <= ord(char) <= 0x9F for char in escaped)
