"""Splits the passages of a reading (readings.py) into sentences, clauses and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from edgefill.compiler.lint.readings import BLANK, Passage, Reading
from edgefill.privacy import TextFinding

SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”“»)]*(?=\s|$)")
CLAUSE_END = re.compile(r"[,;:]\s|\s[\u2013\u2014-]\s|[()\n]")
_WORD = re.compile(rf"[^\W_]+|[{BLANK}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence or clause: the part of a passage from `start` to before `end`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """It as it is read, with its end mark and without blanks at its edges."""
        return self.passage.text[self.start : self.end]

    @property
    def offset(self) -> int:
        """Its place in the source."""
        return self.passage.offsets[self.start]

    def split(self, pattern: re.Pattern[str]) -> Iterator[Sentence]:
        """The parts that end with a match of `pattern`, without the empty ones."""
        position = self.start
        for match in pattern.finditer(self.passage.text, self.start, self.end):
            yield from self._cut(position, match.end())
            position = match.end()
        yield from self._cut(position, self.end)

    def find_words(self) -> Iterator[re.Match[str]]:
        """Its words at their places in the passage; each blank is a word."""
        return _WORD.finditer(self.passage.text, self.start, self.end)

    def list_words(self) -> tuple[str, ...]:
        """Its words in lower case."""
        return tuple(match[0].lower() for match in self.find_words())

    def _cut(self, start: int, end: int) -> Iterator[Sentence]:
        text = self.passage.text[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        if start < end:
            yield Sentence(passage=self.passage, start=start, end=end)


def split_sentences(reading: Reading) -> Iterator[Sentence]:
    """The sentences of a reading; the end of a passage ends a sentence too."""
    for passage in reading:
        whole = Sentence(passage=passage, start=0, end=len(passage.text))
        yield from whole.split(SENTENCE_END)


def report_passage(
    passage: Passage, start: int, end: int, *, rule: str, reason: str, remedy: str
) -> TextFinding:
    """The finding about the characters of `passage` from `start` to before `end`."""
    first = passage.offsets[start]
    last = max(first, passage.offsets[max(start, end - 1)])
    return TextFinding(start=first, end=last + 1, rule=rule, reason=reason, remedy=remedy)


def quote_words(text: str) -> str:
    """The beginning of `text` for a message, its blanks written as {{ }}."""
    words = re.sub(f"[{BLANK}]", "{{ }}", text)
    return repr(words if len(words) <= 60 else f"{words[:57]}...")
