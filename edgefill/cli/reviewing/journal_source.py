"""JournalSource: the texts of a drafting run that wait for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from edgefill.catalogue.catalogue import Catalogue
from edgefill.cli.reviewing.held_sources import HeldItem, HeldPlace
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import Verdict
from lambdas.batch.journal import open_journal, read_attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSource:
    """The held drafts of a batch journal, for the present catalogue; decisions are appended."""

    place: ClassVar[HeldPlace] = HeldPlace.JOURNAL
    path: Path
    catalogue: Catalogue

    def list_items(self) -> Iterator[HeldItem]:
        """See HeldSource; a journal with a damaged line is refused."""
        for attempts in self._read().values():
            if attempts.held is not None:
                yield HeldItem(place=self.place, candidate=attempts.held)

    def find_item(self, key: Key) -> HeldItem | None:
        """See HeldSource."""
        return next((each for each in self.list_items() if each.key == key), None)

    def accept(self, item: HeldItem, accepted: Candidate) -> str:
        """See HeldSource."""
        self._record(item, accepted)
        return "recorded in the journal; `edgefill publish` publishes it"

    def reject(self, item: HeldItem, verdict: Verdict) -> str:
        """See HeldSource."""
        self._record(item, item.candidate.add_verdicts(verdict))
        return "recorded in the journal; `edgefill generate` drafts the key again"

    def add_passed(self, passed: Candidate) -> bool:
        """Add a text that a person passed; False, and nothing is added, if there are no drafts.

        A release of this text only would be worse than the present one.
        """
        if not self._read():
            return False
        with open_journal(self.path, self.catalogue.version) as journal:
            attempts = journal.attempts.get(passed.key, Attempts())
            journal.record(passed.key, attempts.add_candidate(passed))
        return True

    def _read(self) -> dict[Key, Attempts]:
        return read_attempts(self.path, self.catalogue.version) if self.path.exists() else {}

    def _record(self, item: HeldItem, judged: Candidate) -> None:
        """Append the verdict; a person's own text is a candidate of its own."""
        with open_journal(self.path, self.catalogue.version) as journal:
            attempts = journal.attempts.get(judged.key, Attempts())
            if attempts.held != item.candidate:
                raise InputRefused(
                    f"{judged.key}: another text is held by now; see `edgefill review list`"
                )
            if judged.text == item.candidate.text:
                index = attempts.candidates.index(item.candidate)
                journal.record(judged.key, attempts.replace_candidate(index, judged))
            else:
                journal.record(judged.key, attempts.add_candidate(judged))
