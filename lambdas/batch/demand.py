"""Demand: how often each key was asked for, from a file of `key,count` in CSV or JSON.

CSV: one key and count a line, with or without a `key,count` header. JSON: an object of key to
count, or a list of {"key": ..., "count": ...}.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key

MAX_PROBLEMS = 5  # bad lines that a message names before it counts the rest

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

Row = tuple[int, Any, Any]  # line, key, count


def read_demand(path: Path, written_keys: Collection[Key]) -> Counter[Key]:
    """Counts by key; the counts of a key that stands twice are added.

    InputRefused names file and line of what is no `key,count` or not among `written`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"{path}: cannot be read as UTF-8 text ({error})") from error
    demand: Counter[Key] = Counter()
    problems: list[str] = []
    for line, key, count in _parse_rows(path, text):
        try:
            demand[_parse_catalogue_key(key, written_keys)] += _parse_count(count)
        except ValueError as error:
            problems.append(f"{path}:{line}: {error}")
    if problems:
        more = f"; and {len(problems) - MAX_PROBLEMS} more" if len(problems) > MAX_PROBLEMS else ""
        raise InputRefused("; ".join(problems[:MAX_PROBLEMS]) + more)
    return demand


def _parse_rows(path: Path, text: str) -> Iterator[Row]:
    if text.lstrip()[:1] in ("{", "["):
        return _parse_json_rows(path, text)
    return _parse_csv_rows(path, text)


def _parse_csv_rows(path: Path, text: str) -> Iterator[Row]:
    lines = csv.reader(text.splitlines())
    try:
        yield from _split_cells(lines)
    except csv.Error as error:
        line = lines.line_num + 1
        raise InputRefused(f"{path}:{line}: no CSV ({error}); write key,count") from error


def _split_cells(lines: CsvReader) -> Iterator[Row]:
    for row in lines:
        cells = [cell.strip() for cell in row]
        header = lines.line_num == 1 and [cell.lower() for cell in cells] == ["key", "count"]
        if not any(cells) or header:
            continue
        key, count = cells if len(cells) == 2 else (",".join(row), None)
        yield lines.line_num, key, count


def _parse_json_rows(path: Path, text: str) -> Iterator[Row]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputRefused(f"{path}:{line}: no JSON ({error})") from error
    entries = data.items() if isinstance(data, dict) else map(_parse_entry, data)
    at = 0
    for key, count in entries:
        at = max(at, text.find(json.dumps(key), at))  # entries stand in the order they were read
        yield text.count("\n", 0, at) + 1, key, count


def _parse_entry(entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, dict) and entry.keys() == {"key", "count"}:
        return entry["key"], entry["count"]
    return entry, None


def _parse_catalogue_key(text: Any, written_keys: Collection[Key]) -> Key:
    key = parse_key(str(text))
    if key not in written_keys:
        raise ValueError(f"the catalogue writes no {str(key)[:80]!r}; remove the line")
    return key


def _parse_count(count: Any) -> int:
    number = str(count).strip()
    if isinstance(count, bool) or not (number.isascii() and number.isdigit() and len(number) < 16):
        raise ValueError(f"count {str(count)[:40]!r} is no whole number; write key,count")
    return int(number)
