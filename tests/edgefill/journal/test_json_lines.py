"""JSON Lines that people wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.journal.json_lines import read_json_lines


def take_name(row: dict[str, Any]) -> str:
    if "name" not in row:
        raise ValueError("'name' is missing")
    return str(row["name"])


def test_lines_come_with_their_numbers(tmp_path: Path) -> None:
    """Blank lines are skipped and counted; U+2028 inside a text ends no line."""
    file = tmp_path / "names.jsonl"
    file.write_text('{"name": "a\u2028b"}\n\n{"name": "c"}\n', encoding="utf-8")
    assert read_json_lines(file, take_name) == [(1, "a\u2028b"), (3, "c")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"name": "a"}\n{"name": "b', ":2: "),
        (b'{"name": "a"}\n{}', ":2: 'name' is missing"),
        (b"[]", ":1: is not a JSON object"),
        (b'{"name": "\xff"}', ":1: byte 10 is not UTF-8"),
        (b'{"name": "a", "name": "b"}', ":1: a member is repeated"),
        (b"\n", ": has no lines"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(
    content: bytes, problem: str, tmp_path: Path
) -> None:
    """A file that was cut off, too."""
    file = tmp_path / "names.jsonl"
    file.write_bytes(content)
    with pytest.raises(InputRefused) as refused:
        read_json_lines(file, take_name)
    assert str(refused.value).startswith(f"{file}{problem}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(InputRefused, match="No such file or directory; choose a file"):
        read_json_lines(tmp_path / "none.jsonl", take_name)
