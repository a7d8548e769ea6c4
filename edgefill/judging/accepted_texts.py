"""AcceptedTexts: what the accepted texts of one locale say, as sentences, n-grams and statistics.

Nothing else of the shop is needed: no phrase bank, no large model. In the n-grams and the language
model a sentence counts once, however many texts contain it; `evidence.py` counts texts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from edgefill.judging.home_texts import AcceptedProse, HomeTexts, build_homes
from edgefill.judging.ngrams import END, START, Ngram, list_all_ngrams, list_ngrams
from edgefill.judging.prose import Sentence

# tokens of the longest n-gram whose cases are counted
CASE_ORDER = 3
# tokens of the longest context of the language model
_CONTEXT = 2

# texts by experience and case
CaseCounts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedTexts:
    """The accepted texts of a locale.

    `superseded` are the sentences that an editor has replaced: writers know them, the shop no
    longer writes them. `cases` counts, per n-gram of up to CASE_ORDER tokens and per whole
    sentence, the texts of each (experience, case).
    """

    texts: Sequence[AcceptedProse]
    superseded: frozenset[Sentence]
    sentences: frozenset[Sentence]
    ngrams: frozenset[Ngram]
    words: frozenset[str]
    homes: Mapping[str, HomeTexts]
    cases: Mapping[Ngram, CaseCounts]
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


def list_case_ngrams(sentence: Sentence) -> set[Ngram]:
    """The n-grams whose cases count, and the whole sentence."""
    grams = {
        gram
        for order in range(1, CASE_ORDER + 1)
        for gram in list_ngrams(sentence, order)
        if gram not in ((START,), (END,))
    }
    return grams | {(START, *sentence, END)}


def build_accepted_texts(
    texts: Sequence[AcceptedProse], superseded: frozenset[Sentence] = frozenset()
) -> AcceptedTexts:
    """The tables of a locale's accepted texts and of its superseded sentences."""
    ngrams: set[Ngram] = set()
    counts: Counter[Ngram] = Counter()
    sentences = {sentence for text in texts for sentence in (*text.sentences, *text.variants)}
    for sentence in sorted(sentences | superseded):
        ngrams |= list_all_ngrams(sentence)
        counts.update(_list_model_ngrams(sentence))
    followers = Counter(gram[:-1] for gram in counts)
    totals: Counter[Ngram] = Counter()
    for gram, count in counts.items():
        totals[gram[:-1]] += count
    return AcceptedTexts(
        texts=texts,
        superseded=superseded - sentences,
        sentences=frozenset(sentences),
        ngrams=frozenset(ngrams),
        words=frozenset(gram[0] for gram in ngrams if len(gram) == 1),
        homes=build_homes(texts),
        cases=_count_cases(texts),
        counts=counts,
        followers=followers,
        totals=totals,
    )


def _count_cases(texts: Sequence[AcceptedProse]) -> dict[Ngram, Counter[tuple[str, str]]]:
    by_sentence: defaultdict[Sentence, Counter[tuple[str, str]]] = defaultdict(Counter)
    for text in texts:
        for sentence in (*text.sentences, *text.variants):
            by_sentence[sentence][text.experience, text.case] += 1
    counts: defaultdict[Ngram, Counter[tuple[str, str]]] = defaultdict(Counter)
    for sentence, homes in by_sentence.items():
        for gram in list_case_ngrams(sentence):
            counts[gram].update(homes)
    return counts


def _list_model_ngrams(sentence: Sentence) -> Iterator[Ngram]:
    padded = (START,) * _CONTEXT + sentence + (END,)
    for end in range(_CONTEXT, len(padded)):
        for size in range(_CONTEXT + 1):
            yield padded[end - size : end + 1]
