"""The batch journal: one JSON object per step of the drafting flow, appended and never changed.

    {"step": "text", "text": ..., "provenance": {...}}     a role wrote a text
    {"step": "verdicts", "candidate": 0, "digest": ..., "verdicts": [...]}
                                                    roles judged the key's first text
    {"step": "failure", "error": "EngineTimeout", "reason": ...}     an attempt gave no text

Every line also has `v`, `catalogue` and `key` (journal_lines.py). It is on the disk (fsync) before
the next step, so a run that is killed at any time, or a role that fails late, loses nothing: the
next run continues each key at the step that is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.journal.append_only_file import (
    AppendOnlyFile,
    open_append_only,
    require_regular_file,
    take_complete_lines,
)
from lambdas.batch.journal_lines import OPTION, list_new_lines, parse_lines


class Journal:
    """An open journal; safe between threads, and no other process can open it at the same time.

    `attempts` holds the state of every key of one version of the catalogue, `tokens` what the texts
    have cost that were recorded since it was opened.
    """

    def __init__(self, file: AppendOnlyFile, catalogue: str, attempts: dict[Key, Attempts]) -> None:
        self._file = file
        self._catalogue = catalogue
        self._lock = Lock()
        self.attempts = attempts
        self.tokens = 0

    def record(self, key: Key, attempts: Attempts) -> None:
        """Store what `attempts` adds to the state of `key`; it is on the disk when this returns."""
        with self._lock:
            before = self.attempts.get(key, Attempts())
            for line in list_new_lines(before, attempts, catalogue=self._catalogue, key=key):
                self._file.append(json.dumps(line, ensure_ascii=False).encode())
            self.tokens += attempts.tokens - before.tokens
            self.attempts[key] = attempts


@contextmanager
def open_journal(path: Path, catalogue: str) -> Iterator[Journal]:
    """The journal at `path`, created when it does not exist, for one version of the catalogue.

    InputRefused when another process is writing it, or when a line is not a step.
    """
    with open_append_only(path, option=OPTION, create_folder=True) as file:
        yield Journal(file, catalogue, parse_lines(path, file.content, catalogue))


def read_attempts(path: Path, catalogue: str) -> dict[Key, Attempts]:
    """The state of every key of one version of the catalogue; InputRefused."""
    try:
        require_regular_file(path, OPTION)
        content = path.read_bytes()
    except OSError as error:
        raise InputRefused(
            f"{path}: cannot be read ({error.strerror}); `edgefill generate` writes it"
        ) from error
    return parse_lines(path, take_complete_lines(content), catalogue)
