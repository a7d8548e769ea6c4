"""HeldSource: a place with texts that wait for a person; the journal and the store are two.

No text is ever lost: what a person accepts is written before what was held is removed, and the
journal is only appended to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import Verdict
from edgefill.release.held_texts import (
    HeldText,
    delete_held_text,
    list_held_texts,
    move_to_overlay,
    read_held_text,
)
from edgefill.store.objects import ObjectStore
from lambdas.batch.journal import open_journal, read_attempts


class HeldPlace(StrEnum):
    """Where a text is held."""

    JOURNAL = "journal"
    STORE = "store"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """One held text; `is_stale` if its experience has changed since it was written."""

    place: HeldPlace
    candidate: Candidate
    is_stale: bool = False

    @property
    def reason(self) -> str:
        """Why the judge could not score it."""
        return self.candidate.judgement.reason if self.candidate.judgement else ""


class HeldSource(Protocol):
    """A place with held texts; every method raises EdgefillError when it cannot be read."""

    def list_items(self) -> Iterator[HeldItem]:
        """List the held texts."""

    def find_item(self, key: Key) -> HeldItem | None:
        """Return the held text of `key`."""

    def accept(self, item: HeldItem, accepted: Candidate) -> str:
        """Make `accepted`, which a person passed, replace the held text; say what follows.

        Its text is the held one or the person's own. InputRefused or StoreConflict if another text
        is held by now.
        """

    def reject(self, item: HeldItem, verdict: Verdict) -> str:
        """End the waiting of a text that a person failed; say what follows. Errors as `accept`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSource:
    """The held drafts of a batch journal, for the present catalogue; decisions are appended."""

    path: Path
    catalogue: Catalogue

    def list_items(self) -> Iterator[HeldItem]:
        """See HeldSource."""
        for attempts in self._read().values():
            if attempts.held is not None:
                yield HeldItem(place=HeldPlace.JOURNAL, candidate=attempts.held)

    def find_item(self, key: Key) -> HeldItem | None:
        """See HeldSource."""
        return next((each for each in self.list_items() if each.candidate.key == key), None)

    def accept(self, item: HeldItem, accepted: Candidate) -> str:
        """See HeldSource."""
        self._record(item, accepted)
        return "recorded in the journal; `edgefill publish` publishes it"

    def reject(self, item: HeldItem, verdict: Verdict) -> str:
        """See HeldSource."""
        self._record(item, item.candidate.add_verdicts(verdict))
        return "recorded in the journal; `edgefill generate` drafts the key again"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSource:
    """The texts that misses generated and the judge could not score."""

    objects: ObjectStore
    catalogue: Catalogue

    def list_items(self) -> Iterator[HeldItem]:
        """See HeldSource."""
        return map(self._to_item, list_held_texts(self.objects))

    def find_item(self, key: Key) -> HeldItem | None:
        """See HeldSource."""
        held = read_held_text(self.objects, key)
        return None if held is None else self._to_item(held)

    def accept(self, item: HeldItem, accepted: Candidate) -> str:
        """See HeldSource."""
        move_to_overlay(self.objects, self._require_same(item), accepted.accept())
        return "written to the overlay, which the edge reads within a minute"

    def reject(self, item: HeldItem, verdict: Verdict) -> str:
        """See HeldSource."""
        delete_held_text(self.objects, self._require_same(item))
        return "deleted; the next visitor's request drafts the key again"

    def _to_item(self, held: HeldText) -> HeldItem:
        candidate = Candidate(
            key=held.key, text=held.text, provenance=held.provenance, verdicts=(held.verdict,)
        )
        return HeldItem(
            place=HeldPlace.STORE, candidate=candidate, is_stale=not self._is_current(held)
        )

    def _is_current(self, held: HeldText) -> bool:
        entry = self.catalogue.entries.get(held.key.experience)
        return (
            entry is not None
            and self.catalogue.has(held.key)
            and held.version == entry.experience.version
        )

    def _require_same(self, item: HeldItem) -> HeldText:
        """Return the held text that was read; InputRefused if it is another by now."""
        key = item.candidate.key
        held = read_held_text(self.objects, key)
        if held is None or held.text != item.candidate.text:
            raise InputRefused(f"{key}: another text is held by now; see `edgefill review list`")
        return held
