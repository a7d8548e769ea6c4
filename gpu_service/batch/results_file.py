"""Kept: the answers so far, on disk, so that a run that was ended goes on where it was.

A torn last line never counts and is cut off. The answers' file appears whole, by a rename.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from edgefill.core.errors import InputRefused
from gpu_service.batch.outcomes import failed, to_bytes

SYNC_EVERY = 64  # answers that a lost machine may cost; a killed run loses none


class Kept:
    """The open file of the answers so far; `failures` says of each id whether it has no text."""

    def __init__(self, file: BinaryIO, path: Path, failures: dict[str, bool]) -> None:
        self._file = file
        self._path = path
        self._unsynced = 0
        self.failures = failures

    def add(self, told: dict[str, Any]) -> None:
        """Keep one answer."""
        self._file.write(to_bytes(told))
        self._file.flush()
        self.failures[told["id"]] = failed(told)
        self._unsynced += 1
        if self._unsynced >= SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        """What was added is on disk when this returns."""
        os.fsync(self._file.fileno())
        self._unsynced = 0

    def finish(self, out: Path) -> None:
        """Every answer is here: give the file its name."""
        self.sync()
        self._path.rename(out)
        _sync_folder(out.parent)


@contextmanager
def open_kept(out: Path, ids: Collection[str]) -> Iterator[Kept]:
    """The answers to `ids` that an earlier run kept beside `out`; InputRefused.

    No other process can open them meanwhile.
    """
    path = out.with_name(f"{out.name}.partial")
    try:
        file = path.open("a+b")
    except OSError as error:
        raise InputRefused(f"{path}: {error.strerror}; give -o in a folder of yours") from error
    with file:
        _lock(file, path)
        _sync_folder(path.parent)
        kept = Kept(file, path, _failures(path, _whole_lines(file), ids))
        try:
            yield kept
        finally:
            kept.sync()


def read_finished(out: Path, ids: Collection[str]) -> dict[str, bool] | None:
    """Of each id whether it failed, when `out` is there; InputRefused when it is another's."""
    try:
        found = _failures(out, out.read_bytes(), ids)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputRefused(f"{out}: {error.strerror}; give another -o") from error
    if len(found) < len(ids):
        raise InputRefused(
            f"{out}: it is there and answers {len(found)} of {len(ids)} requests;"
            " remove it or give another -o"
        )
    return found


def _lock(file: BinaryIO, path: Path) -> None:
    busy = InputRefused(f"{path}: another run is writing it; wait for it or give another -o")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not path.exists() or path.stat().st_ino != os.fstat(file.fileno()).st_ino:
            raise busy  # it has just got its final name
    except BlockingIOError:
        raise busy from None


def _whole_lines(file: BinaryIO) -> bytes:
    file.seek(0)
    content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        file.truncate(len(whole))
    return whole


def _failures(path: Path, content: bytes, ids: Collection[str]) -> dict[str, bool]:
    failures: dict[str, bool] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            told = json.loads(line)
            failures[told["id"]] = failed(told)
        except (KeyError, TypeError, ValueError) as error:
            raise InputRefused(
                f"{path}:{number}: no answer ({type(error).__name__}); remove the line"
            ) from error
        if told["id"] not in ids:
            raise InputRefused(
                f"{path}:{number}: it answers another request or model;"
                " remove the file or give another -o"
            )
    return failures


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
