"""The batch journal: one JSON object per finished draft, appended and never changed.

Each line is on the disk (fsync) before its draft counts as finished, so a run that is killed at any
time loses no draft and the next run repeats none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import FinishedDraft
from edgefill.journal.append_only_file import (
    AppendOnlyFile,
    open_append_only,
    take_complete_lines,
)

VERSION = 1
OPTION = "--journal"


class Journal:
    """An open journal; safe between threads, and no other process can open it at the same time.

    `drafts` holds the finished drafts of one version of the catalogue, by key.
    """

    def __init__(
        self, file: AppendOnlyFile, catalogue: str, drafts: dict[Key, FinishedDraft]
    ) -> None:
        self._file = file
        self._catalogue = catalogue
        self.drafts = drafts

    def append(self, drafted: FinishedDraft) -> None:
        """Store a finished draft; it is on the disk when this returns."""
        line = {"v": VERSION, "catalogue": self._catalogue} | _to_json(drafted)
        self._file.append(json.dumps(line, ensure_ascii=False).encode())
        self.drafts[drafted.key] = drafted


@contextmanager
def open_journal(path: Path, catalogue: str) -> Iterator[Journal]:
    """The journal at `path`, created when it does not exist, for one version of the catalogue.

    InputRefused when another process is writing it, or when a line is not a draft.
    """
    with open_append_only(path, option=OPTION, create_folder=True) as file:
        yield Journal(file, catalogue, _parse_drafts(path, file.content, catalogue))


def read_drafts(path: Path, catalogue: str) -> dict[Key, FinishedDraft]:
    """The finished drafts of one version of the catalogue; InputRefused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputRefused(
            f"{path}: cannot be read ({error.strerror}); `edgefill generate` writes it"
        ) from error
    return _parse_drafts(path, take_complete_lines(content), catalogue)


def _parse_drafts(path: Path, content: bytes, catalogue: str) -> dict[Key, FinishedDraft]:
    drafts = {}
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            data = json.loads(line)
            if data.pop("v") != VERSION:
                raise ValueError("another version")
            if data.pop("catalogue") == catalogue:
                drafted = _from_json(data)
                drafts[drafted.key] = drafted
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputRefused(
                f"{path}:{number}: not a draft ({type(error).__name__}: {error}); remove the line"
            ) from error
    return drafts


def _to_json(drafted: FinishedDraft) -> dict[str, Any]:
    data = {field.name: getattr(drafted, field.name) for field in fields(drafted)}
    attempts = data.pop("attempts")
    return data | {"key": str(drafted.key), "tries": attempts}


def _from_json(data: dict[str, Any]) -> FinishedDraft:
    attempts = data.pop("tries")
    key, text = parse_key(data["key"]), str(data["text"])
    return FinishedDraft(**data | {"key": key, "text": text, "attempts": attempts})
