"""Rules about literal text, each yielding its findings.

They find forbidden words, phrases for other cases, hidden characters, and text beyond the allowed
length. What a writer left in a text by mistake is in leftovers.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.privacy import TextFinding

# Controls, non-characters, the byte order mark, and what turns the reading direction of all that
# follows (Unicode Standard Annex 9, section 2); the marks U+200E, U+200F and U+061C do not.
_HIDDEN = r"\x01-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069"
_HIDDEN_CHARACTER = re.compile(f"[{_HIDDEN}]")


def find_forbidden_words(literals: str, words: tuple[str, ...]) -> Iterator[TextFinding]:
    """Words that the experience forbids: whole words, in upper or lower case."""
    for word in words:
        for match in _match_whole_phrase(word).finditer(literals):
            yield TextFinding(
                start=match.start(),
                end=match.end(),
                rule="forbidden-word",
                reason=f"the experience forbids {word!r}",
                remedy="write it without this word",
            )


def find_other_case_phrases(
    literals: str, other_case_phrases: tuple[CasePhrase, ...]
) -> Iterator[TextFinding]:
    """Phrases that address visitors of other cases only.

    A template is served to every visitor of its case, so one for all customers must not thank "a
    gold member". Phrases are found whole, in upper or lower case, across line ends, and before a
    hyphen too: "Gold-Mitglied".
    """
    for each in other_case_phrases:
        for phrase in each.phrases:
            for match in _match_whole_phrase(phrase, across_lines=True).finditer(literals):
                yield TextFinding(
                    start=match.start(),
                    end=match.end(),
                    rule="other-case",
                    reason=f"{phrase!r} addresses only the {each.dimension} {each.value}",
                    remedy="visitors of other cases get this text too: write it without the phrase",
                )


def find_hidden_characters(literals: str) -> Iterator[TextFinding]:
    """Characters that a reader cannot see; tab and line feed are allowed."""
    return map(_report_hidden_character, _HIDDEN_CHARACTER.finditer(literals))


def find_null_characters(text: str) -> Iterator[TextFinding]:
    """U+0000 in a template's text; in extracted literals it is BLANKED."""
    return map(_report_hidden_character, re.finditer("\0", text))


def find_excess_text(text: str, max_chars: int) -> Iterator[TextFinding]:
    """The place where a template exceeds the experience's characters, tags included."""
    if len(text) > max_chars:
        yield TextFinding(
            start=max_chars,
            end=max_chars + 1,
            rule="length",
            reason=f"the text has {len(text)} characters; at most {max_chars} are allowed",
            remedy="shorten it",
        )


def _report_hidden_character(match: re.Match[str]) -> TextFinding:
    return TextFinding(
        start=match.start(),
        end=match.end(),
        rule="control",
        reason=f"U+{ord(match[0]):04X}, a character that a reader cannot see",
        remedy="remove it",
    )


@cache
def _match_whole_phrase(phrase: str, *, across_lines: bool = False) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split())) if across_lines else re.escape(phrase)
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
