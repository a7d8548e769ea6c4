"""Wording: left-over placeholders, forbidden words, control characters, over-long text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy.personal_data import Finding

_LEFT_OVER = re.compile(
    r"\[[^\W\d_][^\[\]\n\x00\"]{0,60}\]|\{+\s*[^\W\d_][^{}\n\x00\":]{0,60}\}+"
    r"|<<[^<>\n\x00]{1,60}>>|%[A-Za-z_]{2,40}%|__[A-Za-z_]{2,40}__|_{4,}|\bX{3,}\b"
    r"|\b(?:TODO|TBD|FIXME)\b|\blorem ipsum\b"
)
# Controls, non-characters, the byte order mark, and what turns the reading direction of all that
# follows (Unicode Standard Annex 9, section 2); the marks U+200E, U+200F and U+061C do not.
_HIDDEN = r"\x01-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[{_HIDDEN}]")


def left_overs(literals: str) -> Iterator[Finding]:
    """Placeholders of another language: `[Name]`, `{Name}`, `%NAME%`, `XXX`, TODO."""
    for match in _LEFT_OVER.finditer(literals):
        yield Finding(
            at=match.start(),
            end=match.end(),
            rule="placeholder",
            reason="a placeholder that nothing fills",
            remedy="write {{ slot }}, or the text itself",
        )


def forbidden_words(literals: str, words: tuple[str, ...]) -> Iterator[Finding]:
    """Words that the experience forbids, whole and in any case."""
    for word in words:
        whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
        for match in whole.finditer(literals):
            yield Finding(
                at=match.start(),
                end=match.end(),
                rule="forbidden-word",
                reason=f"the experience forbids {word!r}",
                remedy="say it without the word",
            )


def control_characters(literals: str) -> Iterator[Finding]:
    """Characters that no reader sees; tab and line feed are none."""
    return map(_control, _CONTROL.finditer(literals))


def null_characters(text: str) -> Iterator[Finding]:
    """U+0000 in a template; in `literals` it is BLANK."""
    return map(_control, re.finditer("\0", text))


def _control(match: re.Match[str]) -> Finding:
    return Finding(
        at=match.start(),
        end=match.end(),
        rule="control",
        reason=f"U+{ord(match[0]):04X}, a character that no reader sees",
        remedy="remove it",
    )


def too_long(text: str, most: int) -> Iterator[Finding]:
    """A template with more characters than the experience allows, tags included."""
    if len(text) > most:
        yield Finding(
            at=most,
            end=most + 1,
            rule="length",
            reason=f"{len(text)} characters, more than {most}",
            remedy="say it shorter",
        )
