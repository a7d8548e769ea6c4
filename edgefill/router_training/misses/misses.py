"""Misses: the free questions that no experience answered, and how often each was missed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from edgefill.catalogue.utterances import to_utterance
from edgefill.core.cases import QUESTION_PREFIX, is_question_case
from edgefill.core.errors import InputRefused
from edgefill.core.keys import parse_key
from edgefill.routing.question import read_question


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedQuestion:
    """One question; `text` is masked, and "" where texts are not kept.

    `asked` counts what reached the API: a question whose answer is written does not any more.
    """

    locale: str
    digest: str  # 20 hex digits
    text: str
    asked: int


def misses_of(
    ranked: Iterable[tuple[str, int]], texts: Mapping[str, str]
) -> Iterator[MissedQuestion]:
    """The questions among the counted keys, in their order; `texts` by key."""
    for path, asked in ranked:
        key = parse_key(path)
        if is_question_case(key.case):
            yield MissedQuestion(
                locale=key.locale,
                digest=key.case.removeprefix(QUESTION_PREFIX),
                text=texts.get(path, ""),
                asked=asked,
            )


def is_declared(miss: MissedQuestion, declared: Collection[tuple[str, str]]) -> bool:
    """Whether the catalogue holds the question, by locale and digest, for the next release."""
    if (miss.locale, miss.digest) in declared:
        return True
    try:  # a text that held a name was declared without it
        return (miss.locale, read_question(to_utterance(miss.text)).digest) in declared
    except InputRefused:
        return False
