"""Finds what a text says twice: a sentence, a clause, or a long run of words."""

from __future__ import annotations

from collections.abc import Iterator

from edgefill.compiler.lint.readings import Reading
from edgefill.compiler.lint.sentences import (
    CLAUSE_END,
    Sentence,
    quote_words,
    report_passage,
    split_sentences,
)
from edgefill.privacy import TextFinding

# words from which on a text must not repeat a sentence, a clause, or a run within sentences
MIN_SENTENCE_WORDS = 2
MIN_CLAUSE_WORDS = 3
MIN_RUN_WORDS = 6


def find_repetitions(reading: Reading) -> Iterator[TextFinding]:
    """Sentences, clauses and runs of words that a reading repeats, at their second place.

    The rounds of a loop share their places in the source and are not repetitions. The fields of
    JSON are one text: a body must not repeat its title.
    """
    places: dict[tuple[str, ...], int] = {}
    for sentence in split_sentences(reading):
        parts = [(sentence, MIN_SENTENCE_WORDS)]
        parts += [(clause, MIN_CLAUSE_WORDS) for clause in sentence.split(CLAUSE_END)]
        for part, least in parts:
            words = part.list_words()
            if len(words) >= least and places.setdefault(words, part.offset) != part.offset:
                yield _report(part, part.start, part.end)
                break
        else:
            yield from _find_repeated_run(sentence, places)


def _find_repeated_run(
    sentence: Sentence, places: dict[tuple[str, ...], int]
) -> Iterator[TextFinding]:
    """The first run of MIN_RUN_WORDS words that is also elsewhere; `places` learns all runs."""
    matches = [*sentence.find_words()]
    words = sentence.list_words()
    repeated = -1
    for first in range(len(words) - MIN_RUN_WORDS + 1):
        # the empty word: a run is not compared with clauses
        run = ("", *words[first : first + MIN_RUN_WORDS])
        offset = sentence.passage.offsets[matches[first].start()]
        if places.setdefault(run, offset) != offset and repeated < 0:
            repeated = first
    if repeated >= 0:
        last = matches[repeated + MIN_RUN_WORDS - 1]
        yield _report(sentence, matches[repeated].start(), last.end())


def _report(part: Sentence, start: int, end: int) -> TextFinding:
    return report_passage(
        part.passage,
        start,
        end,
        rule="repetition",
        reason=f"the text says {quote_words(part.passage.text[start:end])} twice",
        remedy="say it once, or say something else here",
    )
