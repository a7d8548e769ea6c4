"""Finds what is not whole in one of the readings: sentences, labels, punctuation, blanks, fields.

Two blanks, or one at the edge of a field, may remain where an optional part is absent: HTML does
not show them, and a notification hardly does. All other readings must be free of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.compiler.lint.readings import BLANK, Passage, Reading
from edgefill.compiler.lint.sentences import quote_words, report_passage
from edgefill.privacy import TextFinding

_PUNCTUATION = re.compile(
    r"[,;]\s*[.,;!?](?!\.)|[!?]\s*[,;]|\s[.,](?=\s|$)|(?<!\.)\.\.(?!\.)|[!?]\.(?!\.)|\(\s*\)"
    r"|\A[.,;:!?)](?![.)(])"
)
_GLUED = re.compile(rf"(?:[a-zäöüß]{{2}}|[{BLANK}])[.!?][A-ZÄÖÜ][a-zäöüß]*(?=[\s,;:!?]|\.?$)")
_LABEL = re.compile(r":\s*(?=[.,;!?](?!\.)|$)")
# a full stop counts after a blank or a word of four letters that is not an abbreviation
_LOWER_START = re.compile(
    rf"(?:(?:[^\W\d_]{{4}}(?<!evtl|inkl|exkl|zzgl|prox|incl|excl|dept|chap)|[{BLANK}])\."
    rf"|(?:[^\W\d_]|[{BLANK}])[!?])[\"'”“»)]*\s+([a-zäöü])(?![A-Z.])"
)
_END_MARKS = tuple(".!?…")
_CLOSERS = "\"'”“»)"
_TWO_BLANKS = re.compile(r"[ \t\xa0\u202f]{2}")


def find_wrong_punctuation(reading: Reading) -> Iterator[TextFinding]:
    """Marks that do not belong together, such as `, .` after a list, and missing blanks."""
    for passage in reading:
        for match in _PUNCTUATION.finditer(passage.text):
            yield report_passage(
                passage,
                *match.span(),
                rule="punctuation",
                reason=f"in one combination of slots the text has {quote_words(match[0])}",
                remedy="put each mark into the branch whose words it ends",
            )
        for match in _GLUED.finditer(passage.text):
            yield report_passage(
                passage,
                *match.span(),
                rule="punctuation",
                reason="two sentences have no blank between them",
                remedy="write a blank after the end mark",
            )


def find_bare_labels(reading: Reading) -> Iterator[TextFinding]:
    """Labels such as `Date:` with nothing after them; a list or line may follow in a text."""
    for number, passage in enumerate(reading):
        is_end = bool(passage.name) or number + 1 == len(reading)
        for match in _LABEL.finditer(passage.text):
            if match.end() < len(passage.text) or is_end:
                yield report_passage(
                    passage,
                    *match.span(),
                    rule="incomplete",
                    reason="in one combination of slots nothing follows the colon",
                    remedy="put the words before the colon into the same branch as the slot",
                )


def find_lower_case_starts(reading: Reading, fullest: Reading) -> Iterator[TextFinding]:
    """Sentences that start in lower case.

    The first sentence of a text or field may do so if it does so with each slot present.
    """
    for number, passage in enumerate(reading):
        for match in _LOWER_START.finditer(passage.text):
            yield _report_lower_start(passage, match.start(1))
        if not passage.name and number:
            continue
        starts = [each.text[:1] for each in fullest if each.name == passage.name][:1]
        if passage.text[:1].islower() and starts and not starts[0].islower():
            yield _report_lower_start(passage, 0)


def find_lost_end_marks(reading: Reading, fullest: Reading) -> Iterator[TextFinding]:
    """Passages that end with an end mark if each slot is present, but not in this reading."""
    whole = {each.name or each.offsets[0] for each in fullest if _is_ended(each.text)}
    for passage in reading:
        text = passage.text.rstrip()
        is_whole = (passage.name or passage.offsets[0]) in whole
        if is_whole and text and text[-1:] != ":" and not _is_ended(text):
            yield report_passage(
                passage,
                len(text) - 1,
                len(text),
                rule="incomplete",
                reason="in one combination of slots the last sentence has no end mark",
                remedy="write the end mark outside the branch, or into every branch",
            )


def find_wrong_blanks(reading: Reading, fullest: Reading) -> Iterator[TextFinding]:
    """Two blanks in a row, or one at an edge of a text or field.

    They count if they are in the template's own words or in the fullest reading.
    """
    for number, passage in enumerate(reading):
        for match in _TWO_BLANKS.finditer(passage.text):
            first, second = passage.offsets[match.start()], passage.offsets[match.start() + 1]
            if match.start() and (reading is fullest or second == first + 1):
                yield _report_blanks(passage, match.start(), "two blanks follow each other")
        if reading is fullest and (passage.name or number == 0) and passage.text[:1].isspace():
            yield _report_blanks(passage, 0, "a text or field begins with a blank")
        is_end = bool(passage.name) or number + 1 == len(reading)
        if reading is fullest and is_end and passage.text[-1:].isspace():
            yield _report_blanks(
                passage, len(passage.text) - 1, "a text or field ends with a blank"
            )


def find_empty_fields(reading: Reading) -> Iterator[TextFinding]:
    """Fields of JSON in which nothing can be read."""
    for passage in reading:
        if passage.name and not passage.text.strip():
            yield report_passage(
                passage,
                0,
                1,
                rule="empty",
                reason=f"the field {passage.name!r} is empty in one combination of slots",
                remedy="write words that need no optional slot, or an {% else %}",
            )


def _is_ended(text: str) -> bool:
    return text.rstrip().rstrip(_CLOSERS).endswith(_END_MARKS)


def _report_blanks(passage: Passage, at: int, reason: str) -> TextFinding:
    return report_passage(
        passage, at, at + 1, rule="blanks", reason=reason, remedy="remove the extra blanks"
    )


def _report_lower_start(passage: Passage, at: int) -> TextFinding:
    return report_passage(
        passage,
        at,
        at + 1,
        rule="incomplete",
        reason="in one combination of slots a sentence starts in lower case",
        remedy="begin the sentence outside the branch, or write a whole one in every branch",
    )
