"""A file of lines that one process at a time appends to, and that survives a kill at any moment.

A line counts once its line break is written. Whatever follows the last line break is a torn write:
readers ignore it and the next writer cuts it off. The batch journal (lambdas/batch/journal.py) and
the results of an offline batch (gpu_service/batch/results_file.py) are such files.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from threading import Lock

from edgefill.core.errors import InputRefused

NEWLINE = b"\n"


class AppendOnlyFile:
    """An open file of lines; safe to use from several threads.

    `content` holds the complete lines that were in the file when it was opened.
    """

    def __init__(
        self, file: FileIO, path: Path, *, sync_every: int, fsync: Callable[[int], None]
    ) -> None:
        self._file = file
        self._path = path
        self._sync_every = sync_every
        self._fsync = fsync
        self._lock = Lock()
        self._unsynced = 0
        self.content = _cut_torn_line(file)
        self._size = len(self.content)

    def append(self, line: bytes) -> None:
        """Write `line`, which has no line break, and sync when `sync_every` lines are due.

        OSError names the file when the disk is full or broken; the file then keeps only the lines
        before this one.
        """
        with self._lock:
            try:
                self._write(line + NEWLINE)
                unsynced = self._unsynced + 1
                if unsynced >= self._sync_every:
                    self._fsync(self._file.fileno())
                    unsynced = 0
            except OSError as error:
                with suppress(OSError):
                    self._file.truncate(self._size)
                raise OSError(error.errno, error.strerror, str(self._path)) from error
            self._size += len(line) + 1
            self._unsynced = unsynced

    def sync(self) -> None:
        """Return when every appended line is on the disk."""
        with self._lock:
            if self._unsynced:
                self._fsync(self._file.fileno())
                self._unsynced = 0

    def rename(self, target: Path) -> None:
        """Sync the file and give it its final name, atomically."""
        self.sync()
        self._path.rename(target)
        _sync_folder(target.parent)

    def _write(self, data: bytes) -> None:
        """Write all of `data`: an unbuffered write may take only a part."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


@contextmanager
def open_append_only(
    path: Path,
    *,
    option: str,
    sync_every: int = 1,
    create_folder: bool = False,
    fsync: Callable[[int], None] = os.fsync,
) -> Iterator[AppendOnlyFile]:
    """The file at `path`, created when it does not exist, locked while the block runs.

    A machine that loses power may lose the last `sync_every - 1` lines; a killed process loses
    none. `create_folder` creates the missing folders too. InputRefused, which names `option` as
    the remedy, when the file cannot be opened or another process is writing it.
    """
    with _open(path, option, create_folder=create_folder) as file:
        _lock(file, path, option)
        _sync_folder(path.parent)
        lines = AppendOnlyFile(file, path, sync_every=sync_every, fsync=fsync)
        try:
            yield lines
        finally:
            lines.sync()


def take_complete_lines(content: bytes) -> bytes:
    """`content` without a torn last line."""
    return content[: content.rfind(NEWLINE) + 1]


def require_regular_file(path: Path, option: str) -> None:
    """InputRefused if `path` is a device, pipe or socket, which has no end; OSError.

    A folder or a missing file is left to whoever opens it.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputRefused(f"{path}: is not a regular file; give {option} one")


def _open(path: Path, option: str, *, create_folder: bool) -> FileIO:
    try:
        if create_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        require_regular_file(path, option)
        return path.open("a+b", buffering=0)
    except OSError as error:
        raise InputRefused(
            f"{path}: {error.strerror}; give {option} a file that can be written"
        ) from error


def _lock(file: FileIO, path: Path, option: str) -> None:
    busy = InputRefused(f"{path}: another run is writing it; wait for it or give another {option}")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise busy from None
    # Another run may have renamed its finished file between our open and our lock.
    if not path.exists() or path.stat().st_ino != os.fstat(file.fileno()).st_ino:
        raise busy


def _cut_torn_line(file: FileIO) -> bytes:
    """The complete lines of `file`, after cutting off a torn last line."""
    file.seek(0)
    content = file.readall()
    lines = take_complete_lines(content)
    if len(lines) < len(content):
        file.truncate(len(lines))
    return lines


def _sync_folder(folder: Path) -> None:
    """Make the names in `folder` as durable as the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
