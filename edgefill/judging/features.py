"""Measures what tells a publishable text from another one, against a locale's accepted texts.

SENTENCE_FEATURES are of one sentence, TEXT_FEATURES of a whole text: how its sentences score, what
the accepted texts never contain, and what is said twice. The sentences are those of every
combination of optional parts, so a sentence that is whole only with its slot counts; repetition is
that of the worst single combination.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edgefill.core.keys import Key
from edgefill.judging.accepted_texts import ORDERS, AcceptedTexts, label_values, list_ngrams
from edgefill.judging.prose import Prose, Sentence
from edgefill.judging.repetition import measure_repetition

SENTENCE_FEATURES = (
    *(f"unseen_{order}" for order in ORDERS),
    "unknown_words",
    "surprise",
    "worst_surprise",
    "foreign_words",
    "foreign_pairs",
    "foreign_share",
    "other_case",
    "new",
    "superseded",
)
TEXT_FEATURES = (
    "all_sentences",
    "worst_sentence",
    "two_worst_sentences",
    *(f"unseen_{order}" for order in ORDERS),
    *(f"worst_unseen_{order}" for order in ORDERS),
    "unknown_words",
    "new_sentences",
    "mean_surprise",
    "most_surprise",
    "worst_surprise",
    "foreign_words",
    "foreign_pairs",
    "worst_foreign_share",
    "other_case",
    "repeated_sentences",
    "repeated_runs",
    "most_alike",
    "repeated_words",
    "tokens",
    "sentences",
)
# tokens of the window whose mean log-probability counts
_WINDOW = 4
# n-grams that only other cases have count if they are that long
_CASE_ORDERS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceScore:
    """How far one sentence is from the accepted texts; surprise is a negative log-probability."""

    sentence: Sentence
    unseen: tuple[int, ...]
    unknown: tuple[str, ...]
    surprise: float
    worst_surprise: float
    foreign_words: int
    foreign_pairs: int
    foreign_share: float
    other_case: int
    is_new: bool
    is_superseded: bool

    def to_features(self) -> list[float]:
        """The numbers of SENTENCE_FEATURES; more is worse."""
        return [
            *map(math.log1p, self.unseen),
            math.log1p(len(self.unknown)),
            self.surprise,
            self.worst_surprise,
            math.log1p(self.foreign_words),
            math.log1p(self.foreign_pairs),
            self.foreign_share,
            math.log1p(self.other_case),
            float(self.is_new),
            float(self.is_superseded),
        ]


def score_sentence(sentence: Sentence, accepted: AcceptedTexts, key: Key) -> SentenceScore:
    """One sentence of a text for `key` against the accepted texts of the key's locale."""
    tokens = accepted.score_tokens(sentence)
    width = min(_WINDOW, len(tokens))
    windows = [sum(tokens[i : i + width]) / width for i in range(len(tokens) - width + 1)]
    home = accepted.by_experience.get(key.experience, frozenset())
    pairs = list(list_ngrams(sentence, 2))
    foreign_pairs = sum(gram in accepted.ngrams and gram not in home for gram in pairs)
    return SentenceScore(
        sentence=sentence,
        unseen=tuple(
            sum(gram not in accepted.ngrams for gram in list_ngrams(sentence, order))
            for order in ORDERS
        ),
        unknown=tuple(word for word in sentence if word not in accepted.words),
        surprise=-sum(tokens) / len(tokens),
        worst_surprise=-min(windows),
        foreign_words=sum((word,) not in home for word in sentence if len(word) > 3),
        foreign_pairs=foreign_pairs,
        foreign_share=foreign_pairs / len(pairs),
        other_case=_count_other_case(sentence, accepted, key),
        is_new=sentence not in accepted.sentences,
        is_superseded=sentence in accepted.superseded,
    )


def _count_other_case(sentence: Sentence, accepted: AcceptedTexts, key: Key) -> int:
    """N-grams accepted only with other values of a dimension whose value here is well known."""
    by_value = accepted.by_value.get(key.experience, {})
    values = accepted.values.get(key.experience, frozenset())
    count = 0
    for value in label_values(key.case):
        dimension = value.partition("=")[0] + "="
        if value not in values or value == f"{dimension}any":
            continue
        for order in _CASE_ORDERS:
            for gram in list_ngrams(sentence, order):
                others = [each for each in by_value.get(gram, ()) if each.startswith(dimension)]
                count += bool(others) and value not in others and f"{dimension}any" not in others
    return count


def measure_text(
    prose: Prose, scores: Sequence[SentenceScore], log_odds: Sequence[float]
) -> list[float]:
    """The numbers of TEXT_FEATURES for a text whose distinct sentences have these scores.

    `log_odds` are the sentence model's, one per sentence: above zero a sentence is likely good.
    """
    unseen = list(zip(*(score.unseen for score in scores), strict=True))
    lengths = [len(score.sentence) + 1 for score in scores]
    surprise = sum(s.surprise * n for s, n in zip(scores, lengths, strict=True))
    worst = sorted(log_odds)[:2]
    return [
        sum(-math.log1p(math.exp(-max(each, -30.0))) for each in log_odds),
        worst[0],
        sum(worst) / len(worst),
        *(math.log1p(sum(counts)) for counts in unseen),
        *(math.log1p(max(counts)) for counts in unseen),
        math.log1p(sum(len(score.unknown) for score in scores)),
        sum(any(score.unseen) for score in scores) / len(scores),
        surprise / sum(lengths),
        max(score.surprise for score in scores),
        max(score.worst_surprise for score in scores),
        math.log1p(sum(score.foreign_words for score in scores)),
        math.log1p(sum(score.foreign_pairs for score in scores)),
        max(score.foreign_share for score in scores),
        math.log1p(sum(score.other_case for score in scores)),
        *measure_repetition(prose),
        math.log1p(sum(lengths)),
        float(len(scores)),
    ]
