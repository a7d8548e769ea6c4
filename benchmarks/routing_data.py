"""What the router's benchmark teaches and asks."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgefill.core.errors import InputRefused
from edgefill.router_training.questions.example_files import OUT_OF_SCOPE, Row, read_splits
from edgefill.router_training.questions.examples import TrainingExamples

_FIFTH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTrial:
    """`mixes` are the shares out of scope to weight the asked to, by name; None for as it is.

    `drawn`: see edgefill.router_training.train.fit. CLINC150's crowd rephrased what it was
    shown; Banking77 is a bank's customer queries, dealt into train and test.
    """

    name: str
    taught: TrainingExamples
    asked: TrainingExamples
    mixes: Mapping[str, float | None]
    from_traffic: bool


def trials(data: Path, tests: Sequence[Path]) -> list[RoutingTrial]:
    """One a test, or one a data set with a part of it held out; InputRefused."""
    clinc, banking = data / "clinc150" / "train_val.json", data / "banking77" / "train.csv"
    if tests:
        return [_clinc(clinc, t) if t.suffix == ".json" else _banking(banking, t) for t in tests]
    found = [made(path, None) for path, made in ((clinc, _clinc), (banking, _banking))
             if path.exists()]  # fmt: skip
    if not found:
        sys.exit(f"{data}: holds neither clinc150/train_val.json nor banking77/train.csv")
    return found


def _clinc(path: Path, test: Path | None) -> RoutingTrial:
    taught = _rows(path, "train", "oos_train")
    if test:
        taught += _rows(path, "val", "oos_val")
        asked = _rows(test, "test", "oos_test")
    else:
        asked = _rows(path, "val", "oos_val")
    named = "test" if test else "val held out"
    mixes = {"MIX10": 0.10, "MIX18": 1000 / 5500}
    return _trial(f"CLINC150, {named}", taught, asked, mixes, drawn=False)


def _banking(path: Path, test: Path | None) -> RoutingTrial:
    rows = _rows(path, "train")
    if test:
        asked = _rows(test, "train")  # a CSV has no splits
        return _trial("Banking77, test", rows, asked, {"Banking77": None}, drawn=True)
    dealt = np.random.default_rng(0).permutation(len(rows)) % _FIFTH
    parts: tuple[list[Row], list[Row]] = ([], [])
    for row, part in zip(rows, dealt.tolist(), strict=True):
        parts[part == 0].append(row)
    return _trial("Banking77, a fifth held out", *parts, {"Banking77": None}, drawn=True)


def _rows(path: Path, *splits: str) -> list[Row]:
    """Of all `splits`; InputRefused when none of them has any."""
    found = read_splits(path)
    rows = [row for split in splits for row in found.get(split, [])]
    if not rows:
        wanted = " or ".join(f"`{split}`" for split in splits)
        raise InputRefused(f"{path}: holds no examples of {wanted}")
    return rows


def _trial(
    name: str,
    taught: list[Row],
    asked: list[Row],
    mixes: Mapping[str, float | None],
    *,
    drawn: bool,
) -> RoutingTrial:
    intents = sorted({intent for _, intent in taught} - OUT_OF_SCOPE)
    return RoutingTrial(
        name=name,
        taught=_examples(taught, intents),
        asked=_examples(asked, intents),
        mixes=mixes,
        from_traffic=drawn,
    )


def _examples(rows: list[Row], intents: list[str]) -> TrainingExamples:
    said: dict[str, list[str]] = {name: [] for name in intents}
    outside: list[str] = []
    for text, intent in rows:
        if intent not in said and intent not in OUT_OF_SCOPE:
            raise InputRefused(
                f"intent {intent!r} is asked for and never taught; take its rows out"
            )
        (outside if intent in OUT_OF_SCOPE else said[intent]).append(text)
    return TrainingExamples(utterances=said, out_of_scope=outside)
