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
from edgefill.judging.accepted_texts import ORDERS, AcceptedTexts, list_ngrams
from edgefill.judging.evidence import measure_other_case, measure_pairs
from edgefill.judging.prose import Prose, Sentence
from edgefill.judging.repetition import measure_repetition

HOME_ORDERS = (2, 3)
SENTENCE_FEATURES = (
    *(f"unseen_{order}" for order in ORDERS),
    *(f"home_unseen_{order}" for order in HOME_ORDERS),
    "unknown_words",
    "surprise",
    "worst_surprise",
    "foreign_words",
    "foreign_share",
    "lacking_value",
    "unsaid_value",
    "new",
    "new_here",
    "superseded",
)
TEXT_FEATURES = (
    "all_sentences",
    "worst_sentence",
    "two_worst_sentences",
    *(f"unseen_{order}" for order in ORDERS),
    *(f"worst_unseen_{order}" for order in ORDERS),
    *(f"home_unseen_{order}" for order in HOME_ORDERS),
    "unknown_words",
    "new_sentences",
    "new_here",
    "superseded",
    "mean_surprise",
    "most_surprise",
    "worst_surprise",
    "foreign_words",
    "worst_foreign_share",
    "lacking_value",
    "unsaid_value",
    "apart",
    "all_apart",
    "order",
    "repeated_sentences",
    "repeated_runs",
    "most_alike",
    "repeated_words",
    "tokens",
    "sentences",
)
# tokens of the window whose mean log-probability counts
_WINDOW = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceScore:
    """How far one sentence is from the accepted texts; surprise is a negative log-probability."""

    sentence: Sentence
    unseen: tuple[int, ...]
    home_unseen: tuple[int, ...]
    unknown: tuple[str, ...]
    surprise: float
    worst_surprise: float
    foreign_words: int
    foreign_share: float
    lacking_value: float
    unsaid_value: float
    is_new: bool
    is_new_here: bool
    is_superseded: bool

    @property
    def other_case(self) -> float:
        """How much the sentence belongs to readers of another case (evidence.py)."""
        return max(self.lacking_value, self.unsaid_value)

    def to_features(self) -> list[float]:
        """The numbers of SENTENCE_FEATURES; more is worse."""
        return [
            *map(math.log1p, self.unseen),
            *map(math.log1p, self.home_unseen),
            math.log1p(len(self.unknown)),
            self.surprise,
            self.worst_surprise,
            math.log1p(self.foreign_words),
            self.foreign_share,
            self.lacking_value,
            self.unsaid_value,
            float(self.is_new),
            float(self.is_new_here),
            float(self.is_superseded),
        ]


def score_sentence(sentence: Sentence, accepted: AcceptedTexts, key: Key) -> SentenceScore:
    """One sentence of a text for `key` against the accepted texts of the key's locale."""
    tokens = accepted.score_tokens(sentence)
    width = min(_WINDOW, len(tokens))
    windows = [sum(tokens[i : i + width]) / width for i in range(len(tokens) - width + 1)]
    home = accepted.homes.get(key.experience)
    grams = home.ngrams if home else frozenset()
    pairs = list(list_ngrams(sentence, 2))
    foreign_pairs = sum(gram in accepted.ngrams and gram not in grams for gram in pairs)
    lacking, unsaid = measure_other_case(sentence, accepted, key.case)
    return SentenceScore(
        sentence=sentence,
        unseen=tuple(
            sum(gram not in accepted.ngrams for gram in list_ngrams(sentence, order))
            for order in ORDERS
        ),
        home_unseen=tuple(
            sum(gram not in grams for gram in list_ngrams(sentence, order)) for order in HOME_ORDERS
        ),
        unknown=tuple(word for word in sentence if word not in accepted.words),
        surprise=-sum(tokens) / len(tokens),
        worst_surprise=-min(windows),
        foreign_words=sum((word,) not in grams for word in sentence if len(word) > 3),
        foreign_share=foreign_pairs / len(pairs),
        lacking_value=lacking,
        unsaid_value=unsaid,
        is_new=sentence not in accepted.sentences,
        is_new_here=home is None or sentence not in home.places,
        is_superseded=sentence in accepted.superseded,
    )


def measure_text(
    prose: Prose,
    scores: Sequence[SentenceScore],
    log_odds: Sequence[float],
    accepted: AcceptedTexts,
    key: Key,
) -> list[float]:
    """The numbers of TEXT_FEATURES for a text whose distinct sentences have these scores.

    `log_odds` are the sentence model's, one per sentence: above zero a sentence is likely good.
    """
    unseen = list(zip(*(score.unseen for score in scores), strict=True))
    home_unseen = list(zip(*(score.home_unseen for score in scores), strict=True))
    lengths = [len(score.sentence) + 1 for score in scores]
    surprise = sum(s.surprise * n for s, n in zip(scores, lengths, strict=True))
    worst = sorted(log_odds)[:2]
    home = accepted.homes.get(key.experience)
    pairs = [
        max(each) for each in zip(*(measure_pairs(path, home) for path in prose.paths), strict=True)
    ]
    return [
        sum(-math.log1p(math.exp(-max(each, -30.0))) for each in log_odds),
        worst[0],
        sum(worst) / len(worst),
        *(math.log1p(sum(counts)) for counts in unseen),
        *(math.log1p(max(counts)) for counts in unseen),
        *(math.log1p(sum(counts)) for counts in home_unseen),
        math.log1p(sum(len(score.unknown) for score in scores)),
        math.log1p(sum(score.is_new for score in scores)),
        math.log1p(sum(score.is_new_here for score in scores)),
        math.log1p(sum(score.is_superseded for score in scores)),
        surprise / sum(lengths),
        max(score.surprise for score in scores),
        max(score.worst_surprise for score in scores),
        math.log1p(sum(score.foreign_words for score in scores)),
        max(score.foreign_share for score in scores),
        max(score.lacking_value for score in scores),
        max(score.unsaid_value for score in scores),
        pairs[0],
        math.log1p(pairs[1]),
        pairs[2],
        *measure_repetition(prose),
        math.log1p(sum(lengths)),
        float(len(scores)),
    ]
