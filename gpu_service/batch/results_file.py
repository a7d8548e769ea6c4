"""The answers so far, on the disk, so that an interrupted run can be continued.

They are in OUT.partial, an append-only file; the answers' file OUT appears complete, by a rename.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.journal.append_only_file import (
    AppendOnlyFile,
    open_append_only,
    require_regular_file,
)
from gpu_service.batch.outcomes import encode_line, has_failed

OPTION = "-o"
SYNC_EVERY = 64  # a machine that loses power may lose so many answers; a killed run loses none


class ResultsFile:
    """The answers so far; `failures` maps the id of each answered request to whether it failed."""

    def __init__(self, file: AppendOnlyFile, failures: dict[str, bool]) -> None:
        self._file = file
        self.failures = failures

    def append(self, line: dict[str, Any]) -> None:
        """Store one answer."""
        self._file.append(encode_line(line))
        self.failures[line["id"]] = has_failed(line)

    def finish(self, out: Path) -> None:
        """Give the file its final name, when every answer is in it."""
        self._file.rename(out)


@contextmanager
def open_results(out: Path, ids: Collection[str]) -> Iterator[ResultsFile]:
    """The answers to `ids` that earlier runs stored next to `out`; InputRefused.

    No other process can open them at the same time.
    """
    path = out.with_name(f"{out.name}.partial")
    with open_append_only(path, option=OPTION, sync_every=SYNC_EVERY) as file:
        yield ResultsFile(file, _read_failures(path, file.content, ids))


def read_finished(out: Path, ids: Collection[str]) -> dict[str, bool] | None:
    """Maps each id to whether it failed; None when `out` does not exist.

    InputRefused when `out` holds other answers.
    """
    try:
        require_regular_file(out, OPTION)
        failures = _read_failures(out, out.read_bytes(), ids)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputRefused(f"{out}: {error.strerror}; give another {OPTION}") from error
    if len(failures) < len(ids):
        raise InputRefused(
            f"{out}: it exists and answers {len(failures)} of {len(ids)} requests;"
            f" remove it or give another {OPTION}"
        )
    return failures


def _read_failures(path: Path, content: bytes, ids: Collection[str]) -> dict[str, bool]:
    failures: dict[str, bool] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            data = json.loads(line)
            failures[data["id"]] = has_failed(data)
        except (KeyError, TypeError, ValueError) as error:
            raise InputRefused(
                f"{path}:{number}: not an answer ({type(error).__name__}); remove the line"
            ) from error
        if data["id"] not in ids:
            raise InputRefused(
                f"{path}:{number}: it answers another request or model;"
                f" remove the file or give another {OPTION}"
            )
    return failures
