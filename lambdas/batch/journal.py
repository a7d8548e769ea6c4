"""The batch journal: one JSON object per step of the drafting flow, appended and never changed.

    {"step": "text", "text": ..., "provenance": {...}}     a role wrote a text
    {"step": "verdicts", "candidate": 0, "verdicts": [...]}     roles judged the key's first text
    {"step": "failure", "error": "EngineTimeout", "reason": ...}     an attempt gave no text

Every line also has `v`, `catalogue` and `key`. It is on the disk (fsync) before the next step, so
a run that is killed at any time, or a role that fails late, loses nothing: the next run continues
each key at the step that is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from edgefill.core.errors import GenerationError, InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.journal.append_only_file import (
    AppendOnlyFile,
    open_append_only,
    take_complete_lines,
)
from edgefill.judging.accepted_template import Provenance, provenance_from_json
from edgefill.judging.verdict import verdict_from_json, verdict_to_json

VERSION = 2
OPTION = "--journal"


class Journal:
    """An open journal; safe between threads, and no other process can open it at the same time.

    `attempts` holds the state of every key of one version of the catalogue.
    """

    def __init__(self, file: AppendOnlyFile, catalogue: str, attempts: dict[Key, Attempts]) -> None:
        self._file = file
        self._catalogue = catalogue
        self._lock = Lock()
        self.attempts = attempts

    def record(self, key: Key, attempts: Attempts) -> None:
        """Store what `attempts` adds to the state of `key`; it is on the disk when this returns."""
        with self._lock:
            before = self.attempts.get(key, Attempts())
            for step in _list_new_steps(before, attempts):
                line = {"v": VERSION, "catalogue": self._catalogue, "key": str(key)} | step
                self._file.append(json.dumps(line, ensure_ascii=False).encode())
            self.attempts[key] = attempts

    def find_accepted_text(self, key: Key) -> str | None:
        """Return the text of `key` that would be published, None if the judge passed none."""
        best = self.attempts.get(key, Attempts()).best
        return best.text if best else None


@contextmanager
def open_journal(path: Path, catalogue: str) -> Iterator[Journal]:
    """The journal at `path`, created when it does not exist, for one version of the catalogue.

    InputRefused when another process is writing it, or when a line is not a step.
    """
    with open_append_only(path, option=OPTION, create_folder=True) as file:
        yield Journal(file, catalogue, _parse_steps(path, file.content, catalogue))


def read_attempts(path: Path, catalogue: str) -> dict[Key, Attempts]:
    """The state of every key of one version of the catalogue; InputRefused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputRefused(
            f"{path}: cannot be read ({error.strerror}); `edgefill generate` writes it"
        ) from error
    return _parse_steps(path, take_complete_lines(content), catalogue)


def _list_new_steps(before: Attempts, after: Attempts) -> Iterator[dict[str, Any]]:
    """The lines that turn one state of a key into a later one."""
    for index, candidate in enumerate(after.candidates):
        known = before.candidates[index] if index < len(before.candidates) else None
        if known is None:
            yield {
                "step": "text",
                "text": candidate.text,
                "provenance": asdict(candidate.provenance),
            }
        # a verdict of an older judge may be missing now; the latest of a role counts when reading
        verdicts = [each for each in candidate.verdicts if not known or each not in known.verdicts]
        if verdicts:
            yield {
                "step": "verdicts",
                "candidate": index,
                "verdicts": [verdict_to_json(each) for each in verdicts],
            }
    if after.failures > before.failures:
        error = after.error
        yield {"step": "failure", "error": type(error).__name__, "reason": str(error)}


def _parse_steps(path: Path, content: bytes, catalogue: str) -> dict[Key, Attempts]:
    """Fold the lines; each key's attempts count as made by earlier runs."""
    states: dict[Key, Attempts] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            data = json.loads(line)
            version = data.pop("v")
            if version not in (1, VERSION):
                raise ValueError("another version")
            if data.pop("catalogue") == catalogue:
                key = parse_key(data["key"])
                add = _add_old_draft if version == 1 else _add_step
                states[key] = add(states.get(key, Attempts()), key, data)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise InputRefused(
                f"{path}:{number}: not a step ({type(error).__name__}: {error}); remove the line"
            ) from error
    return {key: attempts.start_run() for key, attempts in states.items()}


def _add_step(attempts: Attempts, key: Key, data: dict[str, Any]) -> Attempts:
    if data["step"] == "text":
        provenance = provenance_from_json(data["provenance"])
        candidate = Candidate(key=key, text=_read_text(data), provenance=provenance)
        return attempts.add_candidate(candidate)
    if data["step"] == "verdicts":
        index = data["candidate"]
        verdicts = [verdict_from_json(each) for each in data["verdicts"]]
        candidate = attempts.candidates[index].add_verdicts(*verdicts)
        return attempts.replace_candidate(index, candidate)
    if data["step"] == "failure":
        return attempts.add_failure(GenerationError(f"{data['error']}: {data['reason']}"))
    raise ValueError(f"unknown step {data['step']!r}")


def _add_old_draft(attempts: Attempts, key: Key, data: dict[str, Any]) -> Attempts:
    """A line of version 1: a draft that no judge has read yet."""
    provenance = Provenance(
        origin="draft",
        model=str(data["model"]),
        tokens=int(data["tokens"]),
        seconds=float(data["seconds"]),
    )
    return attempts.add_candidate(Candidate(key=key, text=_read_text(data), provenance=provenance))


def _read_text(data: dict[str, Any]) -> str:
    text = data["text"]
    if not isinstance(text, str):
        raise TypeError("the text is not a string")
    return text
