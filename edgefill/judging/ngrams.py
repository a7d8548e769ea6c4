"""N-grams of a sentence: its runs of tokens, with its boundaries."""

from __future__ import annotations

from collections.abc import Iterator

from edgefill.judging.prose import Sentence

START, END = "<s>", "</s>"
# tokens of the n-grams that are compared with accepted ones
ORDERS = (2, 3, 4, 5)

Ngram = tuple[str, ...]


def list_ngrams(sentence: Sentence, order: int) -> Iterator[Ngram]:
    """The n-grams of `order` tokens."""
    padded = (START, *sentence, END)
    return (padded[i : i + order] for i in range(len(padded) - order + 1))


def list_all_ngrams(sentence: Sentence) -> set[Ngram]:
    """The single tokens and the n-grams of ORDERS."""
    return {gram for order in (1, *ORDERS) for gram in list_ngrams(sentence, order)}
