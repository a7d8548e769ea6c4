"""Damaged and edited lines of a journal are refused, with file, line and a safe remedy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from lambdas.batch.journal import open_journal, read_attempts

Make = Callable[..., Candidate]
KEY = "greeting/en/gold"
LINE = f'{{"v": 3, "catalogue": "c1", "key": "{KEY}", '
OLD = f'{{"v": 1, "catalogue": "c1", "key": "{KEY}", "text": "x", "model": "m", '


@pytest.fixture
def path(tmp_path: Path, drafted: Make) -> Path:
    """A journal with a text that failed and one that passed."""
    path = tmp_path / "drafts.jsonl"
    texts = drafted(KEY, "Bad", outcome="fail"), drafted(KEY, "Good")
    with open_journal(path, "c1") as journal:
        journal.record(texts[0].key, Attempts(candidates=texts))
    return path


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", "3", "{}", '{"v": 4}', '{"v": 1}', '{"v": true, "catalogue": "c1", "key": "a"}',
        '{"v": 1, "catalogue": "c1", "key": "x"}', '{"v": 1, "catalogue": "c1", "key": 3}',
        OLD + '"tokens": Infinity, "seconds": 1}', "[" * 200_000, '{"a": ' * 200_000, "\ud800",
        f'{{"v": 4, "catalogue": "c1", "key": "{KEY}"}}',
    ],
)  # fmt: skip
def test_a_line_without_a_header_is_named(path: Path, line: str) -> None:
    """No key can be named, so the remedy is another file."""
    content = path.read_bytes() + line.encode(errors="surrogatepass") + b"\n"
    path.write_bytes(content)
    with pytest.raises(InputRefused, match=r"jsonl:5: not a step .* or start a new journal"):
        read_attempts(path, "c1")


@pytest.mark.parametrize(
    "line",
    [
        LINE + '"step": "dance"}', LINE + '"step": ["text"]}', LINE + '"steps": 1}',
        LINE + '"step": "text", "text": 3, "provenance": {"origin": "draft", "model": "m"}}',
        LINE + '"step": "text", "text": "x", "provenance": {"model": "m"}}',
        LINE + '"step": "text", "text": "x", "provenance": []}',
        LINE + '"step": "failure", "error": "EngineTimeout", "reason": ["slow"]}',
        LINE + '"step": "failure", "error": "EngineTimeout", "reason": "slow", "more": 1}',
        OLD + '"tokens": -1, "seconds": 1}', OLD + '"tokens": "9", "seconds": 1}',
        OLD + '"tokens": 9, "seconds": 1, "verdicts": []}',
    ],
)  # fmt: skip
def test_a_damaged_step_names_its_key(path: Path, line: str) -> None:
    """The remedy takes every line of the key, never one of them."""
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputRefused, match=rf"jsonl:5: not a step .*remove every line of {KEY}"):
        read_attempts(path, "c1")


@pytest.mark.parametrize(
    "change",
    [
        {"tokens": "abc"}, {"tokens": 1.5}, {"tokens": -1}, {"tokens": float("inf")},
        {"seconds": float("nan")}, {"seconds": 10**400}, {"origin": "oracle"}, {"origin": []},
        {"log_probability": "abc"}, {"parent": ["a"]}, {"cost": 1}, {"model": "\ud800"},
    ],
)  # fmt: skip
def test_a_damaged_provenance_is_refused(path: Path, change: dict[str, Any]) -> None:
    """Every field by its type."""
    lines = read_lines(path)
    lines[2]["provenance"] |= change
    write_lines(path, lines)
    with pytest.raises(InputRefused, match=r"jsonl:3: not a step .*; restore the file"):
        read_attempts(path, "c1")


@pytest.mark.parametrize(
    "change",
    [
        {"candidate": -1}, {"candidate": 7}, {"candidate": True}, {"candidate": "0"},
        {"digest": None}, {"digest": "0" * 12}, {"verdicts": {}}, {"verdicts": [{}]}, {"x": 1},
    ],
)  # fmt: skip
def test_a_damaged_verdict_line_is_refused(path: Path, change: dict[str, Any]) -> None:
    """The index counts from 0, and the digest is the text's."""
    lines = read_lines(path)
    write_lines(path, [*lines[:3], lines[3] | change])
    with pytest.raises(InputRefused, match=rf"jsonl:4: not a step .*every line of {KEY}"):
        read_attempts(path, "c1")


@pytest.mark.parametrize(
    "change",
    [{"judge": [1]}, {"outcome": ["pass"]}, {"role": "drafter"}, {"probability": True}, {"x": 1}],
)
def test_a_damaged_verdict_is_refused(path: Path, change: dict[str, Any]) -> None:
    """Every field by its type."""
    lines = read_lines(path)
    lines[3]["verdicts"][0] |= change
    write_lines(path, lines)
    with pytest.raises(InputRefused, match=rf"jsonl:4: not a step .*every line of {KEY}"):
        read_attempts(path, "c1")


def test_a_text_with_an_unpaired_surrogate_is_refused(path: Path) -> None:
    """It cannot be encoded, so it has no digest."""
    lines = read_lines(path)
    write_lines(path, [*lines[:2], lines[2] | {"text": "\ud800"}])
    with pytest.raises(InputRefused, match=r"jsonl:3: not a step"):
        read_attempts(path, "c1")


def test_an_edited_text_keeps_no_pass(path: Path) -> None:
    """What a judge has read is published, or nothing."""
    path.write_text(path.read_text().replace('"text": "Good"', '"text": "Evil"'))
    with pytest.raises(InputRefused, match=r"jsonl:4: .*another text"):
        read_attempts(path, "c1")


def list_subsets(lines: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for mask in range(2 ** len(lines)):
        yield [line for number, line in enumerate(lines) if mask >> number & 1]


def test_no_removed_line_moves_a_pass_to_another_text(path: Path) -> None:
    """Whatever lines are removed, the journal is refused or only the passed text is accepted."""
    for lines in list_subsets(read_lines(path)):
        write_lines(path, lines)
        try:
            states = read_attempts(path, "c1").values()
        except InputRefused:
            continue
        assert {each.best.text for each in states if each.best} <= {"Good"}


def test_the_remedy_leaves_a_sound_journal(path: Path, drafted: Make) -> None:
    """Without the lines of the damaged key the others are read as before."""
    other = drafted("greeting/de/any")
    with open_journal(path, "c1") as journal:
        journal.record(other.key, Attempts(candidates=(other,)))
    damaged = path.read_text().replace('"Good"', '"Evil"').splitlines(keepends=True)
    path.write_text("".join(line for line in damaged if KEY not in line))
    assert list(read_attempts(path, "c1")) == [other.key]


def test_lines_of_another_catalogue_are_left_alone(path: Path) -> None:
    """They need only a sound header."""
    line = LINE.replace("c1", "c0") + '"step": "dance"}'
    path.write_text(path.read_text() + line + "\n")
    assert len(read_attempts(path, "c1")) == 1
