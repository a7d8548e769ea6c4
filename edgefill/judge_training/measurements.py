"""Measures examples against accepted texts of other groups, for both models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgefill.judge_training.examples import JudgeExample, collect_texts
from edgefill.judging.accepted_texts import AcceptedTexts, build_accepted_texts
from edgefill.judging.features import measure_text, score_sentence
from edgefill.judging.model import hash_sentence

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredText:
    """An example with its sentences' features (a row each) and buckets, and the whole text's."""

    example: JudgeExample
    sentences: Floats
    buckets: list[frozenset[int]]
    features: Floats


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
    key = example.key
    scores = [score_sentence(each, accepted, key) for each in example.prose.sentences]
    home = accepted.homes.get(key.experience)
    return MeasuredText(
        example=example,
        sentences=np.array([score.to_features() for score in scores]),
        buckets=[hash_sentence(key.locale, each) for each in example.prose.sentences],
        features=np.array(measure_text(example.prose, scores, home)),
    )
