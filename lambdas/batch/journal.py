"""The journal: every finished draft, one JSON object a line, written once and never changed.

A line is on disk (fsync) before its draft counts as finished; so a run that is killed at any time
loses none, and the next run does none twice. A torn last line never counted and is cut off.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import FinishedDraft

VERSION = 1


class Journal:
    """An open journal; safe between threads, and no other process can open it meanwhile."""

    def __init__(self, file: BinaryIO, catalogue: str, drafts: dict[Key, FinishedDraft]) -> None:
        self._file = file
        self._catalogue = catalogue
        self._lock = Lock()
        self.drafts = drafts  # of this catalogue's version, by key

    def append(self, drafted: FinishedDraft) -> None:
        """Keep a finished draft; it is on disk when this returns."""
        line = {"v": VERSION, "catalogue": self._catalogue} | _line(drafted)
        with self._lock:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.drafts[drafted.key] = drafted


@contextmanager
def open_journal(path: Path, catalogue: str) -> Iterator[Journal]:
    """The journal at `path`, made when there is none, for one version of the catalogue.

    InputRefused when another process has it, or names the line that is no draft.
    """
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputRefused(
                f"{path}: another run is writing it; wait for it or give another --journal"
            ) from error
        _sync_folder(path.parent)
        yield Journal(file, catalogue, _drafts(path, _whole_lines(file), catalogue))


def _opened(path: Path) -> BinaryIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+b")
    except OSError as error:
        raise InputRefused(
            f"{path}: {error.strerror}; give --journal a file that can be written"
        ) from error


def read_drafts(path: Path, catalogue: str) -> dict[Key, FinishedDraft]:
    """The finished drafts of one version of the catalogue; InputRefused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputRefused(
            f"{path}: cannot be read ({error.strerror}); `edgefill generate` writes it"
        ) from error
    return _drafts(path, content[: content.rfind(b"\n") + 1], catalogue)


def _whole_lines(file: BinaryIO) -> bytes:
    """What the file holds, after a torn last line has been cut off."""
    file.seek(0)
    content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        file.truncate(len(whole))
    return whole


def _drafts(path: Path, content: bytes, catalogue: str) -> dict[Key, FinishedDraft]:
    drafts = {}
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            data = json.loads(line)
            if data.pop("v") != VERSION:
                raise ValueError("another version")
            if data.pop("catalogue") == catalogue:
                drafted = _drafted(data)
                drafts[drafted.key] = drafted
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputRefused(
                f"{path}:{number}: no draft ({type(error).__name__}: {error}); remove the line"
            ) from error
    return drafts


def _line(drafted: FinishedDraft) -> dict[str, Any]:
    written = {field.name: getattr(drafted, field.name) for field in fields(drafted)}
    return written | {"key": str(drafted.key)}


def _drafted(data: dict[str, Any]) -> FinishedDraft:
    return FinishedDraft(**data | {"key": parse_key(data["key"]), "text": str(data["text"])})


def _sync_folder(folder: Path) -> None:
    """Make a new file's name as durable as its lines."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
