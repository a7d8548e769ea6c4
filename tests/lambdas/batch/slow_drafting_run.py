"""A drafting run to be killed: `slow_drafting_run.py JOURNAL ANSWERS` stops in draft ANSWERS + 1.

It drafts the keys of tests/lambdas/batch/conftest.py, says `stopped` on standard output and waits
for its end.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from edgefill.core.keys import Key
from edgefill.drafting.attempts import FinishedDraft
from lambdas.batch.drafting_run import run_drafting
from lambdas.batch.journal import open_journal


class Stopping:
    """A drafter that stops for good after some drafts."""

    def __init__(self, answers: int) -> None:
        self.left = answers

    def draft(self, key: Key) -> FinishedDraft:
        """A draft while any are left."""
        if self.left == 0:
            print("stopped", flush=True)
            time.sleep(600)
        self.left -= 1
        return FinishedDraft(key=key, text="Hello", model="slow", tokens=1, seconds=0.1, attempts=1)

    def is_valid(self, _make_draft: FinishedDraft) -> bool:
        """Every draft is."""
        return True


def main(path: str, answers: int) -> None:
    """Draft with one worker, so that the drafts come in order."""
    keys = tuple(
        Key(experience="greeting", locale=locale, case=case)
        for locale in ("en", "de")
        for case in ("gold", "basic", "any")
    )
    with open_journal(Path(path), "c1") as journal:
        run_drafting(keys, drafter=Stopping(answers), journal=journal, concurrency=1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
