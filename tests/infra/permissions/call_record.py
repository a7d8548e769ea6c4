"""The committed record of all AWS calls that the code makes (calls.json), and its comparison."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

FILE = Path(__file__).with_name("calls.json")
# The tests that make every call of a principal; `nobody` has the calls of all tests.
FOLDERS = {
    "api": "tests/lambdas/api",
    "worker": "tests/lambdas/api",
    "plan": "tests/lambdas/batch",
    "publish": "tests/lambdas/batch",
    "shard": "tests/lambdas/batch",
    "wake": "tests/lambdas/wake",
    "recorder": "tests/lambdas/rollout",
    "canary": "tests/lambdas/canary",
    "nobody": "tests",
}

Lines = Mapping[str, Collection[str]]


def read_record(file: Path = FILE) -> dict[str, set[str]]:
    """The recorded lines by principal."""
    return {name: set(lines) for name, lines in json.loads(file.read_bytes()).items()}


def write_record(lines: Lines, file: Path = FILE) -> None:
    """Replace the record; it is sorted, so that a difference shows what changed."""
    data = {name: sorted(lines[name]) for name in sorted(lines) if lines[name]}
    file.write_text(json.dumps(data, indent=2) + "\n")


def compare_record(record: Lines, made: Lines, *, folders: Collection[str]) -> list[str]:
    """What the record lacks, and what it has in vain, where `folders` ran wholly."""
    missing = [
        f"missing: {name}: {line}"
        for name, lines in sorted(made.items())
        for line in sorted(set(lines) - set(record.get(name, ())))
    ]
    stale = [
        f"no test makes it: {name}: {line}"
        for name, lines in sorted(record.items())
        if is_covered(FOLDERS.get(name, "tests"), folders)
        for line in sorted(set(lines) - set(made.get(name, ())))
    ]
    return missing + stale


def merge_record(record: Lines, made: Lines, *, folders: Collection[str]) -> dict[str, set[str]]:
    """The new record: what was made, and the old lines of tests that did not run."""
    kept = {
        name: set() if is_covered(FOLDERS.get(name, "tests"), folders) else set(lines)
        for name, lines in record.items()
    }
    return {
        name: kept.get(name, set()) | set(made.get(name, ())) for name in kept.keys() | made.keys()
    }


def is_covered(folder: str, folders: Collection[str]) -> bool:
    """Whether all tests of `folder` are among those of `folders`."""
    return any(Path(folder).is_relative_to(each) for each in folders)
