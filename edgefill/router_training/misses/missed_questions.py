"""Missed questions: free questions that no experience answered, and how often each was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from edgefill.catalogue.questions.utterances import to_utterance
from edgefill.core.cases import QUESTION_PREFIX, is_question_case
from edgefill.core.errors import InputRefused
from edgefill.core.keys import parse_key
from edgefill.routing.question import read_question


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedQuestion:
    """One question; `text` is masked, and "" where texts are not stored.

    `count` is how often it reached the API, which ends when its answer is written.
    """

    locale: str
    digest: str  # 20 hex digits
    text: str
    count: int


def select_missed_questions(
    ranked: Iterable[tuple[str, int]], texts: Mapping[str, str]
) -> Iterator[MissedQuestion]:
    """The free questions among `ranked` (key, count), in order; `texts` by key."""
    for path, count in ranked:
        key = parse_key(path)
        if is_question_case(key.case):
            yield MissedQuestion(
                locale=key.locale,
                digest=key.case.removeprefix(QUESTION_PREFIX),
                text=texts.get(path, ""),
                count=count,
            )


def is_declared(miss: MissedQuestion, digests: Collection[tuple[str, str]]) -> bool:
    """Whether the catalogue contains the question; `digests` are its (locale, digest) pairs."""
    if (miss.locale, miss.digest) in digests:
        return True
    # a text with a name in it is declared without the name
    try:
        return (miss.locale, read_question(to_utterance(miss.text)).digest) in digests
    except InputRefused:
        return False
