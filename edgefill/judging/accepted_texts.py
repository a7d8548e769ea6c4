"""AcceptedTexts: what the accepted texts of one locale say, as n-grams and a language model.

A sentence counts once, however many texts contain it. Nothing else of the shop is needed: no
phrase bank, no large model.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgefill.judging.prose import Sentence

START, END = "<s>", "</s>"
ORDERS = (2, 3, 4)
# tokens of the longest context of the language model
_CONTEXT = 2

Ngram = tuple[str, ...]
# experience -> cases in whose texts a sentence was accepted
Homes = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedTexts:
    """The n-grams of the accepted sentences of a locale, also per experience and per case.

    `superseded` are the sentences that an editor has replaced: writers know them, the shop no
    longer writes them. `by_value` maps an n-gram of an experience to the cases' values with
    which it was accepted.
    """

    sentences: Mapping[Sentence, Homes]
    superseded: frozenset[Sentence]
    ngrams: frozenset[Ngram]
    words: frozenset[str]
    by_experience: Mapping[str, frozenset[Ngram]]
    by_value: Mapping[str, Mapping[Ngram, frozenset[str]]]
    values: Mapping[str, frozenset[str]]
    counts: Mapping[Ngram, int]
    followers: Mapping[Ngram, int]
    totals: Mapping[Ngram, int]

    def log_probability(self, context: Ngram, token: str) -> float:
        """The natural logarithm of P(token | context), interpolated (Witten and Bell, 1991)."""
        probability = 1 / (len(self.words) + 1)
        for size in range(len(context) + 1):
            history = context[len(context) - size :]
            total = self.totals.get(history, 0)
            if total:
                kinds = self.followers[history]
                count = self.counts.get((*history, token), 0)
                probability = (count + kinds * probability) / (total + kinds)
        return math.log(probability)

    def score_tokens(self, sentence: Sentence) -> list[float]:
        """The log-probability of each token of a sentence and of its end."""
        padded = (START,) * _CONTEXT + sentence + (END,)
        return [
            self.log_probability(padded[i - _CONTEXT : i], padded[i])
            for i in range(_CONTEXT, len(padded))
        ]


def list_ngrams(sentence: Sentence, order: int) -> Iterator[Ngram]:
    """The n-grams of a sentence with its boundaries."""
    padded = (START, *sentence, END)
    return (padded[i : i + order] for i in range(len(padded) - order + 1))


def build_accepted_texts(
    sentences: Mapping[Sentence, Homes], superseded: frozenset[Sentence] = frozenset()
) -> AcceptedTexts:
    """The tables of a locale's accepted sentences; `sentences` gives each one's homes."""
    ngrams: set[Ngram] = set()
    by_experience: defaultdict[str, set[Ngram]] = defaultdict(set)
    by_value: defaultdict[str, defaultdict[Ngram, set[str]]] = defaultdict(lambda: defaultdict(set))
    values: defaultdict[str, set[str]] = defaultdict(set)
    counts: Counter[Ngram] = Counter()
    for sentence, homes in sentences.items():
        grams = {gram for order in (1, *ORDERS) for gram in list_ngrams(sentence, order)}
        ngrams |= grams
        counts.update(_list_model_ngrams(sentence))
        for experience, cases in homes.items():
            by_experience[experience] |= grams
            accepted = {value for case in cases for value in label_values(case)}
            values[experience] |= accepted
            for gram in grams:
                by_value[experience][gram] |= accepted
    followers = Counter(gram[:-1] for gram in counts)
    totals: Counter[Ngram] = Counter()
    for gram, count in counts.items():
        totals[gram[:-1]] += count
    return AcceptedTexts(
        sentences=sentences,
        superseded=superseded,
        ngrams=frozenset(ngrams),
        words=frozenset(gram[0] for gram in ngrams if len(gram) == 1),
        by_experience={name: frozenset(grams) for name, grams in by_experience.items()},
        by_value={
            name: {gram: frozenset(accepted) for gram, accepted in grams.items()}
            for name, grams in by_value.items()
        },
        values={name: frozenset(accepted) for name, accepted in values.items()},
        counts=counts,
        followers=followers,
        totals=totals,
    )


def label_values(case: str) -> tuple[str, ...]:
    """`gold.new` as ("0=gold", "1=new"): a case's values, each with its dimension."""
    return tuple(f"{position}={value}" for position, value in enumerate(case.split(".")))


def _list_model_ngrams(sentence: Sentence) -> Iterator[Ngram]:
    padded = (START,) * _CONTEXT + sentence + (END,)
    for end in range(_CONTEXT, len(padded)):
        for size in range(_CONTEXT + 1):
            yield padded[end - size : end + 1]
