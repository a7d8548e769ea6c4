"""Measures examples against accepted texts of other groups, for both linear models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgefill.judge_training.examples import JudgeExample, collect_texts
from edgefill.judging.accepted_texts import AcceptedTexts, build_accepted_texts
from edgefill.judging.features import SentenceScore, measure_text, score_sentence
from edgefill.judging.model import hash_sentence

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredText:
    """An example with its sentences' scores, features (sentences x features) and buckets."""

    example: JudgeExample
    scores: list[SentenceScore]
    features: Floats
    buckets: list[frozenset[int]]
    accepted: AcceptedTexts

    def measure(self, log_odds: Floats) -> list[float]:
        """The text's features, given its sentences' log-odds."""
        return measure_text(
            self.example.prose, self.scores, log_odds.tolist(), self.accepted, self.example.key
        )


def build_locales(
    accepted: Iterable[JudgeExample], superseded: Iterable[JudgeExample]
) -> dict[str, AcceptedTexts]:
    """Each locale's accepted texts; a sentence of only superseded texts counts as superseded."""
    present = collect_texts(accepted)
    old = collect_texts(superseded)
    return {
        locale: build_accepted_texts(
            texts, frozenset(each for text in old.get(locale, ()) for each in text.sentences)
        )
        for locale, texts in present.items()
    }


def measure_held_out(
    examples: Sequence[JudgeExample],
    accepted: Sequence[JudgeExample],
    praised: Sequence[JudgeExample],
    superseded: Sequence[JudgeExample],
    folds: Mapping[tuple[str, str], int],
) -> list[MeasuredText]:
    """Every example against the accepted texts and the other folds' praised ones, in order.

    `accepted` are the texts that the shop gives, `praised` the labelled ones that readers would
    publish.
    """
    measured: dict[int, MeasuredText] = {}
    for fold in sorted(set(folds.values())):
        others = [each for each in praised if folds[each.group] != fold]
        locales = build_locales([*accepted, *others], superseded)
        for place, example in enumerate(examples):
            if folds[example.group] == fold:
                measured[place] = measure_example(example, locales[example.key.locale])
    return [measured[place] for place in range(len(examples))]


def measure_example(example: JudgeExample, accepted: AcceptedTexts) -> MeasuredText:
    """One example against the accepted texts of its locale."""
    scores = [score_sentence(each, accepted, example.key) for each in example.prose.sentences]
    return MeasuredText(
        example=example,
        scores=scores,
        features=np.array([score.to_features() for score in scores]),
        buckets=[
            hash_sentence(example.key.locale, sentence) for sentence in example.prose.sentences
        ],
        accepted=accepted,
    )
