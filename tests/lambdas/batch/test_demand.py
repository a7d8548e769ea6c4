"""Demand files, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from lambdas.batch.demand import read_demand

GOLD, BASIC = parse_key("greeting/en/gold"), parse_key("greeting/de/basic")
WRITTEN = {GOLD, BASIC}


def read(folder: Path, text: str | bytes) -> dict[Key, int]:
    """What a demand file of that text says."""
    path = folder / "demand.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return dict(read_demand(path, WRITTEN))


@pytest.mark.parametrize(
    "text",
    [
        "greeting/en/gold,5\ngreeting/de/basic,7\n",
        "key,count\ngreeting/en/gold,5\n\n greeting/de/basic , 7 \n",
        "\ufeffKey,Count\r\ngreeting/en/gold,5\r\ngreeting/de/basic,7",
        "greeting/en/gold,2\ngreeting/de/basic,7\ngreeting/en/gold,3\n",
        '{"greeting/en/gold": 5, "greeting/de/basic": 7}',
        '[{"key": "greeting/en/gold", "count": 5}, {"key": "greeting/de/basic", "count": 7}]',
    ],
)
def test_reads_csv_and_json(tmp_path: Path, text: str) -> None:
    """Both forms say the same; counts of one key are added."""
    assert read(tmp_path, text) == {GOLD: 5, BASIC: 7}


def test_an_empty_file_is_no_demand(tmp_path: Path) -> None:
    """Nothing asked for is nothing to plan."""
    assert read(tmp_path, "") == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("greeting/en/gold,5\ngreeting/en,1", r"demand\.csv:2: not a key: 'greeting/en'"),
        ("greeting/en/silver,1", r"demand\.csv:1: the catalogue writes no 'greeting/en/silver'"),
        ("greeting/en/gold,many", r"demand\.csv:1: count 'many' is no whole number"),
        ("greeting/en/gold,-1", r"demand\.csv:1: count '-1'"),
        ("greeting/en/gold,1.5", r"demand\.csv:1: count '1\.5'"),
        ("greeting/en/gold,²", r"demand\.csv:1: count '²'"),
        ("greeting/en/gold", r"demand\.csv:1: count 'None'"),
        ("a,b,c", r"demand\.csv:1: not a key: 'a,b,c'"),
        ('{"greeting/en/gold": true}', r"demand\.csv:1: count 'True'"),
        ('{\n"greeting/en/gold": 1,\n"greeting/x/y": 1}', r"demand\.csv:3: the catalogue"),
        ('[\n{"key": "greeting/en/gold",\n "count": "x"}]', r"demand\.csv:2: count 'x'"),
        ('["greeting/en/gold"]', r"demand\.csv:1: count 'None'"),
        ("[3]", r"demand\.csv:1: not a key: '3'"),
        ('{"a":\n 1,}', r"demand\.csv:2: no JSON"),
        (b"\xff\xfe", r"demand\.csv: cannot be read as UTF-8"),
    ],
)
def test_names_file_and_line_of_a_bad_entry(
    tmp_path: Path, text: str | bytes, complaint: str
) -> None:
    """What is no demand is named with its place and its remedy."""
    with pytest.raises(InputRefused, match=complaint):
        read(tmp_path, text)


def test_names_several_bad_lines_at_once(tmp_path: Path) -> None:
    """Five bad lines are named, the rest counted."""
    with pytest.raises(InputRefused, match=r"csv:1: .*csv:5: .*; and 2 more$"):
        read(tmp_path, "bad,1\n" * 7)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """No file, no demand."""
    with pytest.raises(InputRefused, match=r"nowhere\.csv: cannot be read"):
        read_demand(tmp_path / "nowhere.csv", WRITTEN)


def test_a_cell_beyond_csvs_bound_is_no_traceback(tmp_path: Path) -> None:
    """File and line are named."""
    with pytest.raises(InputRefused, match=r"demand\.csv:\d: no CSV"):
        read(tmp_path, "x" * 1_000_000)
