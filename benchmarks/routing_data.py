"""The training and test data of the router's benchmark."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgefill.core.errors import InputRefused
from edgefill.router_training.questions.example_files import OUT_OF_SCOPE, Row, read_splits
from edgefill.router_training.questions.examples import TrainingExamples

_PARTS = 5  # one of which is held out


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTrial:
    """`mixes`, by name, are the out-of-scope shares to weight the test to; None for unweighted.

    `from_traffic`: see edgefill.router_training.train.fit. CLINC150's crowd workers rephrased
    given examples; Banking77 is a bank's customer queries, split into train and test.
    """

    name: str
    training: TrainingExamples
    test: TrainingExamples
    mixes: Mapping[str, float | None]
    from_traffic: bool


def load_trials(data: Path, tests: Sequence[Path]) -> list[RoutingTrial]:
    """One trial per test file, or per data set with a part held out; InputRefused."""
    clinc, banking = data / "clinc150" / "train_val.json", data / "banking77" / "train.csv"
    if tests:
        return [
            _load_clinc(clinc, t) if t.suffix == ".json" else _load_banking(banking, t)
            for t in tests
        ]
    trials = [load(path, None) for path, load in ((clinc, _load_clinc), (banking, _load_banking))
              if path.exists()]  # fmt: skip
    if not trials:
        sys.exit(f"{data}: contains neither clinc150/train_val.json nor banking77/train.csv")
    return trials


def _load_clinc(path: Path, test: Path | None) -> RoutingTrial:
    training = _read_rows(path, "train", "oos_train")
    if test:
        training += _read_rows(path, "val", "oos_val")
        questions = _read_rows(test, "test", "oos_test")
    else:
        questions = _read_rows(path, "val", "oos_val")
    part = "test" if test else "val held out"
    mixes = {"MIX10": 0.10, "MIX18": 1000 / 5500}
    return _make_trial(f"CLINC150, {part}", training, questions, mixes, from_traffic=False)


def _load_banking(path: Path, test: Path | None) -> RoutingTrial:
    rows = _read_rows(path, "train")
    if test:
        # a CSV has no splits
        questions = _read_rows(test, "train")
        return _make_trial(
            "Banking77, test", rows, questions, {"Banking77": None}, from_traffic=True
        )
    part_of = np.random.default_rng(0).permutation(len(rows)) % _PARTS
    parts: tuple[list[Row], list[Row]] = ([], [])
    for row, part in zip(rows, part_of.tolist(), strict=True):
        parts[part == 0].append(row)
    return _make_trial(
        "Banking77, a fifth held out", *parts, {"Banking77": None}, from_traffic=True
    )


def _read_rows(path: Path, *splits: str) -> list[Row]:
    """The rows of `splits`; InputRefused if there are none."""
    by_split = read_splits(path)
    rows = [row for split in splits for row in by_split.get(split, [])]
    if not rows:
        names = " or ".join(f"`{split}`" for split in splits)
        raise InputRefused(f"{path}: contains no examples of {names}; choose another file")
    return rows


def _make_trial(
    name: str,
    training: list[Row],
    questions: list[Row],
    mixes: Mapping[str, float | None],
    *,
    from_traffic: bool,
) -> RoutingTrial:
    intents = sorted({intent for _, intent in training} - OUT_OF_SCOPE)
    return RoutingTrial(
        name=name,
        training=_make_examples(training, intents),
        test=_make_examples(questions, intents),
        mixes=mixes,
        from_traffic=from_traffic,
    )


def _make_examples(rows: list[Row], intents: list[str]) -> TrainingExamples:
    utterances: dict[str, list[str]] = {name: [] for name in intents}
    outside: list[str] = []
    for text, intent in rows:
        if intent not in utterances and intent not in OUT_OF_SCOPE:
            raise InputRefused(
                f"intent {intent!r} is in the test but not in the training data; remove its rows"
            )
        (outside if intent in OUT_OF_SCOPE else utterances[intent]).append(text)
    return TrainingExamples(utterances=utterances, out_of_scope=outside)
