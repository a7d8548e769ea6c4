"""Read examples from files: CLINC150's JSON, Banking77's CSV, other CSV or JSON Lines."""

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
_CLINC_SPLITS = ("train", "val", "test", "oos_train", "oos_val", "oos_test")
_INTENT_COLUMNS = ("intent", "category", "label")

Row = tuple[str, str]


def read_examples(path: Path, splits: Iterable[str] = _CLINC_SPLITS) -> TrainingExamples:
    """Read a file, of CLINC150's only `splits`; InputRefused names the file and the line.

    Intents are in alphabetical order. Rows with an intent in OUT_OF_SCOPE belong to no intent.
    """
    rows = [row for split, part in read_splits(path).items() if split in splits for row in part]
    if not rows:
        raise InputRefused(f"{path}: contains no examples; give each a text and an intent")
    intents = sorted({intent for _, intent in rows} - OUT_OF_SCOPE)
    return TrainingExamples(
        utterances={name: [text for text, intent in rows if intent == name] for name in intents},
        out_of_scope=[text for text, intent in rows if intent in OUT_OF_SCOPE],
    )


def read_splits(path: Path) -> dict[str, list[Row]]:
    """(text, intent) by split; without splits every row is of `train`. InputRefused as above."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputRefused(f"{path}: {error.strerror}; choose a file that can be read") from error
    except UnicodeDecodeError as error:
        raise InputRefused(
            f"{path}: byte {error.start} is not UTF-8 text; save the file as UTF-8"
        ) from error
    if path.suffix == ".csv":
        return {"train": list(_read_csv(path, text))}
    if path.suffix == ".jsonl":
        return {"train": list(_read_json_lines(path, text))}
    if path.suffix == ".json":
        return _read_clinc(path, text)
    raise InputRefused(f"{path}: unknown kind of file; use .json (CLINC150), .jsonl or .csv")


def _read_csv(path: Path, text: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            yield _parse_row(path, reader.line_num, row)
    except csv.Error as error:
        raise InputRefused(f"{path}:{reader.line_num + 1}: {error}; correct the line") from error


def _read_json_lines(path: Path, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputRefused(
                    f"{path}:{number}: is not JSON: {_describe_error(error)}"
                ) from error
            yield _parse_row(path, number, row)


def _describe_error(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _parse_row(path: Path, number: int, row: Any) -> Row:
    columns = row if isinstance(row, dict) else {}
    intent = next((columns[name] for name in _INTENT_COLUMNS if columns.get(name)), None)
    content = columns.get("text")
    if not isinstance(content, str) or not isinstance(intent, str):
        raise InputRefused(f"{path}:{number}: needs `text` and `intent`")
    return content, intent


def _read_clinc(path: Path, text: str) -> dict[str, list[Row]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputRefused(f"{path}: is not JSON: {_describe_error(error)}") from error
    try:
        return {
            split: [(str(content), str(intent)) for content, intent in data[split]]
            for split in _CLINC_SPLITS
            if split in data
        }
    except (ValueError, TypeError, KeyError) as error:
        raise InputRefused(
            f"{path}: is not in CLINC150's format: lists of [text, intent] by split"
        ) from error
