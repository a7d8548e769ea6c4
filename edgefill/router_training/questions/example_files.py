"""Examples from files: CLINC150's JSON, Banking77's CSV, `text,intent` as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.router_training.questions.examples import TrainingExamples

OUT_OF_SCOPE = frozenset({"oos", "out-of-scope", "out_of_scope"})
_CLINC = ("train", "val", "test", "oos_train", "oos_val", "oos_test")
_INTENT = ("intent", "category", "label")

Row = tuple[str, str]


def read_examples(path: Path, splits: Iterable[str] = _CLINC) -> TrainingExamples:
    """The examples of a file; of CLINC150's, those of `splits`. InputRefused names file and line.

    Intents stand in alphabetical order; an intent of OUT_OF_SCOPE is none.
    """
    rows = [row for split, found in read_splits(path).items() if split in splits for row in found]
    if not rows:
        raise InputRefused(f"{path}: holds no examples; give each a text and an intent")
    intents = sorted({intent for _, intent in rows} - OUT_OF_SCOPE)
    return TrainingExamples(
        utterances={name: [text for text, intent in rows if intent == name] for name in intents},
        out_of_scope=[text for text, intent in rows if intent in OUT_OF_SCOPE],
    )


def read_splits(path: Path) -> dict[str, list[Row]]:
    """(text, intent) by split; a file without splits is all `train`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputRefused(f"{path}: {error.strerror}; name a file that can be read") from error
    except UnicodeDecodeError as error:
        raise InputRefused(
            f"{path}: byte {error.start} is not UTF-8 text; save the file as UTF-8"
        ) from error
    if path.suffix == ".csv":
        return {"train": list(_csv(path, text))}
    if path.suffix == ".jsonl":
        return {"train": list(_lines(path, text))}
    if path.suffix == ".json":
        return _clinc(path, text)
    raise InputRefused(f"{path}: is none of .json (CLINC150), .jsonl and .csv")


def _csv(path: Path, text: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            yield _row(path, reader.line_num, row)
    except csv.Error as error:
        raise InputRefused(f"{path}:{reader.line_num + 1}: {error}; mend the line") from error


def _lines(path: Path, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputRefused(f"{path}:{number}: is no JSON: {_why(error)}") from error
            yield _row(path, number, row)


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _row(path: Path, number: int, row: Any) -> Row:
    columns = row if isinstance(row, dict) else {}
    intent = next((columns[name] for name in _INTENT if columns.get(name)), None)
    said = columns.get("text")
    if not isinstance(said, str) or not isinstance(intent, str):
        raise InputRefused(f"{path}:{number}: needs `text` and `intent`")
    return said, intent


def _clinc(path: Path, text: str) -> dict[str, list[Row]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputRefused(f"{path}: is no JSON: {_why(error)}") from error
    try:
        return {
            split: [(str(said), str(intent)) for said, intent in data[split]]
            for split in _CLINC
            if split in data
        }
    except (ValueError, TypeError, KeyError) as error:
        raise InputRefused(f"{path}: is not CLINC150's shape, [text, intent] by split") from error
