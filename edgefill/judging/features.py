"""Measures what tells a publishable text from another one, against a locale's accepted texts.

SENTENCE_FEATURES are of one sentence: what accepted texts never contain, or not here. TEXT_FEATURES
are of a whole text: what its sentences say together. The sentences are those of every combination
of optional parts, so a sentence that is whole only with its slot counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edgefill.core.keys import Key
from edgefill.judging.accepted_texts import AcceptedTexts
from edgefill.judging.evidence import (
    measure_echo,
    measure_foreign,
    measure_other_case,
    measure_pairs,
)
from edgefill.judging.home_texts import HomeTexts
from edgefill.judging.ngrams import ORDERS, list_ngrams
from edgefill.judging.prose import Prose, Sentence
from edgefill.judging.repetition import measure_repetition

# n-grams that are compared with those of the experience
HOME_ORDERS = (2, 3)
SENTENCE_FEATURES = (
    *(f"unseen_{order}" for order in ORDERS),
    *(f"home_unseen_{order}" for order in HOME_ORDERS),
    "unknown_words",
    "surprise",
    "worst_surprise",
    "foreign_words",
    "foreign_share",
    "foreign_word",
    "foreign_sentence",
    "off_topic",
    "lacking_value",
    "unsaid_value",
    "new",
    "new_here",
    "superseded",
)
TEXT_FEATURES = (
    "lacking_value",
    "unsaid_value",
    "apart",
    "all_apart",
    "order",
    "echo",
    "repeated_sentences",
    "repeated_runs",
    "most_alike",
    "repeated_words",
    "chained_words",
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
    foreign_word: float
    foreign_sentence: float
    lacking_value: float
    unsaid_value: float
    is_new: bool
    is_new_here: bool
    is_superseded: bool

    @property
    def other_case(self) -> float:
        """How much the sentence belongs to readers of another case (evidence.py)."""
        return max(self.lacking_value, self.unsaid_value)

    @property
    def off_topic(self) -> float:
        """How much an accepted sentence belongs to another message, as a whole and by a word."""
        return min(self.foreign_word, self.foreign_sentence)

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
            self.foreign_word,
            self.foreign_sentence,
            self.off_topic,
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
    foreign_word, foreign_sentence = measure_foreign(sentence, accepted, key.experience)
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
        foreign_word=foreign_word,
        foreign_sentence=foreign_sentence,
        lacking_value=lacking,
        unsaid_value=unsaid,
        is_new=sentence not in accepted.sentences,
        is_new_here=home is None or sentence not in home.places,
        is_superseded=sentence in accepted.superseded,
    )


def measure_text(
    prose: Prose, scores: Sequence[SentenceScore], home: HomeTexts | None
) -> list[float]:
    """The numbers of TEXT_FEATURES for a text whose distinct sentences have these scores.

    `home` are the accepted texts of its experience. Of several readings the worst counts.
    """
    pairs = [measure_pairs(path, home) for path in prose.paths]
    apart, all_apart, order = (max(each) for each in zip(*pairs, strict=True))
    return [
        max(score.lacking_value for score in scores),
        max(score.unsaid_value for score in scores),
        apart,
        math.log1p(all_apart),
        order,
        max(measure_echo(path, home) for path in prose.paths),
        *measure_repetition(prose),
    ]
