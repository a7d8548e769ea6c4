"""The lines of the batch journal (journal.py): how a step is written, and how lines are read.

A verdict is about the text with its digest: after a line is removed or a text is edited, no verdict
counts for another text than the one that the role has read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edgefill.core import strict_json
from edgefill.core.errors import GenerationError, InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.journal.json_members import (
    INTEGER,
    LIST,
    NUMBER,
    OBJECT,
    TEXT,
    Kind,
    read_members,
)
from edgefill.judging.accepted_template import provenance_from_json
from edgefill.judging.verdict import verdict_from_json, verdict_to_json

VERSION = 3
# Its verdicts have no digest, so they do not count; its texts do.
WITHOUT_DIGESTS = 2
# Every line is a draft that no judge has read.
WITHOUT_JUDGE = 1
OPTION = "--journal"
_HEADER: Mapping[str, Kind] = {"v": INTEGER, "catalogue": TEXT, "key": TEXT}
_STEPS: Mapping[str, Mapping[str, Kind]] = {
    "text": {"text": TEXT, "provenance": OBJECT},
    "verdicts": {"candidate": INTEGER, "digest": TEXT, "verdicts": LIST},
    "failure": {"error": TEXT, "reason": TEXT},
}
_OLD_DRAFT: Mapping[str, Kind] = {
    "text": TEXT,
    "model": TEXT,
    "tokens": INTEGER,
    "seconds": NUMBER,
    "tries": INTEGER,
}


def list_new_lines(
    before: Attempts, after: Attempts, *, catalogue: str, key: Key
) -> Iterator[dict[str, Any]]:
    """The lines that turn one state of `key` into a later one."""
    for step in _list_new_steps(before, after):
        yield {"v": VERSION, "catalogue": catalogue, "key": str(key)} | step


def _list_new_steps(before: Attempts, after: Attempts) -> Iterator[dict[str, Any]]:
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
                "digest": candidate.digest,
                "verdicts": [verdict_to_json(each) for each in verdicts],
            }
    if after.failures > before.failures:
        error = after.error
        yield {"step": "failure", "error": type(error).__name__, "reason": str(error)}


def parse_lines(path: Path, content: bytes, catalogue: str) -> dict[Key, Attempts]:
    """Fold the lines of one version of the catalogue; InputRefused names file, line and remedy.

    Each key's attempts count as made by earlier runs.
    """
    states: dict[Key, Attempts] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        key = None
        try:
            data = _parse_object(line)
            key = parse_key(data["key"])
            if data["catalogue"] == catalogue:
                states[key] = _add_line(states.get(key, Attempts()), key, data)
        except (KeyError, TypeError, ValueError) as error:
            raise InputRefused(
                f"{path}:{number}: not a step ({type(error).__name__}: {error}); "
                f"{_describe_remedy(key)}"
            ) from error
    return {key: attempts.start_run() for key, attempts in states.items()}


def _parse_object(line: bytes) -> dict[str, Any]:
    """One line as an object with a sound header."""
    data = strict_json.parse(line.decode())
    if not isinstance(data, dict):
        raise TypeError(f"{type(data).__name__} instead of an object")
    read_members({name: data[name] for name in _HEADER}, _HEADER)
    if data["v"] not in (WITHOUT_JUDGE, WITHOUT_DIGESTS, VERSION):
        raise ValueError(f"version {data['v']}; this code reads up to {VERSION}")
    return data


def _describe_remedy(key: Key | None) -> str:
    """What to do about a damaged line; to remove only one line would leave the others unsound."""
    if key is None:
        return f"restore the file, or start a new journal with another {OPTION}"
    return f"restore the file, or remove every line of {key}, which is then drafted again"


def _add_line(attempts: Attempts, key: Key, data: dict[str, Any]) -> Attempts:
    if data["v"] == WITHOUT_JUDGE:
        return attempts.add_candidate(_read_old_draft(key, data))
    step = data["step"]
    if step not in _STEPS:
        raise ValueError("unknown step")
    if step == "verdicts" and data["v"] == WITHOUT_DIGESTS:
        return attempts
    read_members(data, {**_HEADER, "step": TEXT, **_STEPS[step]})
    if step == "text":
        provenance = provenance_from_json(data["provenance"])
        return attempts.add_candidate(Candidate(key=key, text=data["text"], provenance=provenance))
    if step == "verdicts":
        return _add_verdicts(attempts, data)
    return attempts.add_failure(GenerationError(f"{data['error']}: {data['reason']}"))


def _add_verdicts(attempts: Attempts, data: dict[str, Any]) -> Attempts:
    index = data["candidate"]
    if not 0 <= index < len(attempts.candidates):
        raise ValueError(f"a verdict of text {index} of {len(attempts.candidates)}")
    candidate = attempts.candidates[index]
    if candidate.digest != data["digest"]:
        raise ValueError(f"a verdict of another text than {candidate.digest}")
    verdicts = [verdict_from_json(each) for each in data["verdicts"]]
    return attempts.replace_candidate(index, candidate.add_verdicts(*verdicts))


def _read_old_draft(key: Key, data: dict[str, Any]) -> Candidate:
    read_members(data, {**_HEADER, **_OLD_DRAFT}, optional=("tries",))
    provenance = provenance_from_json(
        {"origin": "draft", **{name: data[name] for name in ("model", "tokens", "seconds")}}
    )
    return Candidate(key=key, text=data["text"], provenance=provenance)
