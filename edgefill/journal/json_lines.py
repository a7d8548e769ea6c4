"""Reads files of JSON Lines that people or other programs wrote, with the number of a bad line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from edgefill.core import strict_json
from edgefill.core.errors import InputRefused

Line = TypeVar("Line")


def read_json_lines(path: Path, parse: Callable[[dict[str, Any]], Line]) -> list[tuple[int, Line]]:
    """Each line's number (from 1) and what `parse` makes of its object; blank lines are skipped.

    InputRefused names the file, and the line if it is not an object or if `parse` raises
    ValueError or TypeError.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputRefused(f"{path}: {error.strerror}; choose a file that can be read") from error
    rows = [
        (number, _parse_line(line, parse, f"{path}:{number}"))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not rows:
        raise InputRefused(f"{path}: has no lines; give one JSON object per line")
    return rows


def _parse_line(line: bytes, parse: Callable[[dict[str, Any]], Line], place: str) -> Line:
    try:
        row = strict_json.parse(line.decode())
        if not isinstance(row, dict):
            raise TypeError("is not a JSON object")
        return parse(row)
    except UnicodeDecodeError as error:
        raise InputRefused(f"{place}: byte {error.start} is not UTF-8; save it as UTF-8") from error
    except (ValueError, TypeError) as error:
        raise InputRefused(f"{place}: {error}") from error
