"""A training set on disk: train.jsonl, test.jsonl, README.md and card.json, which is written last.

The files are written and synced in a hidden folder next to the final one, which then gets its name
in one step: a build that is killed, or runs out of disk, never leaves a folder that looks finished.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core import strict_json
from edgefill.core.errors import InputRefused
from edgefill.journal.json_lines import read_json_lines
from edgefill.training_sets.card import format_card, parse_card
from edgefill.training_sets.example import Example, example_from_json, example_to_json

CARD = "card.json"
README = "README.md"
SPLITS = ("train.jsonl", "test.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSet:
    """A set that was read from a folder; its files are those that the card describes."""

    train: Sequence[Example]
    test: Sequence[Example]
    card: Mapping[str, Any]


def write_set(
    out: Path,
    train: Sequence[Example],
    test: Sequence[Example],
    make_card: Callable[[str], Mapping[str, Any]],
) -> Mapping[str, Any]:
    """Write the set as the new folder `out`; return its card, made from the files' digest.

    InputRefused if `out` exists or cannot be written; then nothing is left behind.
    """
    require_new_folder(out)
    contents = {name: _to_lines(part) for name, part in zip(SPLITS, (train, test), strict=True)}
    card = make_card(_compute_digest(contents))
    contents[README] = format_card(card).encode()
    contents[CARD] = (json.dumps(card, ensure_ascii=False, indent=2) + "\n").encode()
    try:
        _write_folder(out, contents)
    except OSError as error:
        raise InputRefused(
            f"--out {out}: {error.strerror}; nothing was written, give a folder with space"
        ) from error
    return card


def require_new_folder(out: Path) -> None:
    """InputRefused unless `out` can become a new folder."""
    if out.exists() or out.is_symlink():
        raise InputRefused(f"--out {out}: exists; a set is never changed, give a new name")
    if not out.parent.is_dir():
        raise InputRefused(f"--out {out}: {out.parent} is not a folder; create it first")


def read_set(folder: Path) -> StoredSet:
    """The set in `folder`; InputRefused names the file that is missing, changed or damaged."""
    card = _read_card(folder)
    contents = {name: _read_file(folder / name) for name in SPLITS}
    if _compute_digest(contents) != card["digest"]:
        raise InputRefused(
            f"{folder}: its examples are not those of its card (digest {card['digest'][:12]}); "
            "restore the folder, or build the set again"
        )
    train, test = (
        [example for _, example in read_json_lines(folder / name, example_from_json)]
        for name in SPLITS
    )
    return StoredSet(train=train, test=test, card=card)


def _read_card(folder: Path) -> dict[str, Any]:
    path = folder / CARD
    if not path.is_file():
        raise InputRefused(
            f"{folder}: has no {CARD}, so it is not a finished training set; "
            "`edgefill dataset build` writes one"
        )
    try:
        data = strict_json.parse(_read_file(path).decode())
    except ValueError as error:
        raise InputRefused(f"{path}: {error}; build the set again") from error
    return parse_card(data, str(path))


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputRefused(
            f"{path}: {error.strerror}; restore it, or build the set again"
        ) from error


def _to_lines(examples: Sequence[Example]) -> bytes:
    lines = (json.dumps(example_to_json(each), ensure_ascii=False) for each in examples)
    return "".join(f"{line}\n" for line in lines).encode()


def _compute_digest(contents: Mapping[str, bytes]) -> str:
    """The SHA-256 over the names, lengths and contents of the splits, in hexadecimal."""
    digest = hashlib.sha256()
    for name in SPLITS:
        digest.update(f"{name} {len(contents[name])}\n".encode() + contents[name])
    return digest.hexdigest()


def _write_folder(out: Path, contents: Mapping[str, bytes]) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix=f".{out.name}.unfinished-", dir=out.parent))
    try:
        for name, content in contents.items():
            with (unfinished / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        unfinished.chmod(0o755)
        unfinished.rename(out)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
