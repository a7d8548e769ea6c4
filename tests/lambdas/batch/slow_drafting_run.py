"""A drafting run to be killed: `JOURNAL ANSWERS` stops in draft ANSWERS + 1.

It drafts the keys of tests/lambdas/batch/conftest.py, says `stopped` on standard output and waits
for its end.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from edgefill.drafting.batch_drafter import make_batch_drafter
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from lambdas.batch.drafting_run import run_drafting
from lambdas.batch.journal import open_journal
from tests.edgefill.drafting.fixtures import (
    make_catalogue,
    make_prompts,
    make_roles,
    no_brackets,
)


class Stopping:
    """A generator that stops for good after some drafts."""

    def __init__(self, answers: int) -> None:
        self.left = answers

    def generate(self, _order: GenerationOrder, *, deadline_s: float) -> Draft:
        """A draft while any are left."""
        if self.left == 0:
            print("stopped", flush=True)
            time.sleep(600)
        self.left -= 1
        return Draft(text="Hello", model="slow", tokens=1, seconds=0.1)


def main(path: str, answers: int) -> None:
    """Draft with one worker, so that the drafts come in order."""
    catalogue = make_catalogue()
    with TemporaryDirectory() as folder, open_journal(Path(path), "c1") as journal:
        drafter = make_batch_drafter(
            catalogue=catalogue,
            prompts=make_prompts(Path(folder)),
            roles=make_roles(Stopping(answers)),
            check=no_brackets,
        )
        run_drafting(tuple(catalogue.list_keys()), drafter=drafter, journal=journal, concurrency=1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
