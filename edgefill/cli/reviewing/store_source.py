"""StoreSource: the texts that misses generated and that wait for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from edgefill.catalogue.catalogue import Catalogue
from edgefill.cli.reviewing.held_sources import DamagedItem, HeldEntry, HeldItem, HeldPlace
from edgefill.cli.reviewing.journal_source import JournalSource
from edgefill.core.errors import InputRefused, ObjectCorrupt
from edgefill.core.keys import Key
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import Verdict
from edgefill.packs.layout import held_key
from edgefill.release.held_texts import (
    DamagedHeldText,
    HeldText,
    delete_damaged_held_text,
    delete_held_text,
    list_held_texts,
    move_to_overlay,
    read_held_text,
)
from edgefill.release.text_places import find_stored_texts
from edgefill.store.objects import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSource:
    """The texts that misses generated and the judge could not score.

    A passed text for which the release has another is added to the `drafts` of the next release.
    """

    place: ClassVar[HeldPlace] = HeldPlace.STORE
    objects: ObjectStore
    catalogue: Catalogue
    drafts: JournalSource

    def list_items(self) -> Iterator[HeldEntry]:
        """See HeldSource."""
        return map(self._to_entry, list_held_texts(self.objects))

    def find_item(self, key: Key) -> HeldEntry | None:
        """See HeldSource."""
        try:
            held = read_held_text(self.objects, key)
        except ObjectCorrupt as error:
            return self._to_entry(DamagedHeldText(path=held_key(key), key=key, problem=str(error)))
        return None if held is None else self._to_entry(held)

    def accept(self, item: HeldItem, accepted: Candidate) -> str:
        """See HeldSource."""
        held = self._require_same(item)
        is_drafted = self._is_released(item.key) and self.drafts.add_passed(accepted)
        move_to_overlay(self.objects, held, accepted.accept())
        return f"written to the overlay, {self._describe_service(item.key, is_drafted=is_drafted)}"

    def reject(self, item: HeldItem, verdict: Verdict) -> str:
        """See HeldSource."""
        delete_held_text(self.objects, self._require_same(item))
        return self._describe_deletion(item.key)

    def _is_released(self, key: Key) -> bool:
        texts = find_stored_texts(self.objects, key)
        return any(each.place == "release" for each in texts)

    def _describe_service(self, key: Key, *, is_drafted: bool) -> str:
        """Say whether visitors get the overlay's text, and if not, what to do."""
        overlay = next(
            each for each in find_stored_texts(self.objects, key) if each.place == "overlay"
        )
        if not overlay.why_unserved:
            return "which the edge reads within a minute"
        if not self._is_released(key):
            return f"but not served yet: {overlay.why_unserved}; run `edgefill publish`"
        remedy = (
            "it is in the journal too: `edgefill publish` publishes it"
            if is_drafted
            else f"{self.drafts.path} has no drafts for this catalogue: name the journal of the "
            "next release with --journal before you pass a text for this key"
        )
        return f"but not served: {overlay.why_unserved}; {remedy}"

    def _describe_deletion(self, key: Key) -> str:
        if self._is_released(key):
            return "deleted; visitors get the release's text for this key"
        return "deleted; the next visitor's request drafts the key again"

    def _to_entry(self, held: HeldText | DamagedHeldText) -> HeldEntry:
        if isinstance(held, HeldText):
            return self._to_item(held)
        key = held.key
        return DamagedItem(
            place=self.place,
            path=held.path,
            key=key,
            problem=held.problem,
            delete=lambda: delete_damaged_held_text(self.objects, key) if key else None,
        )

    def _to_item(self, held: HeldText) -> HeldItem:
        candidate = Candidate(
            key=held.key, text=held.text, provenance=held.provenance, verdicts=(held.verdict,)
        )
        return HeldItem(place=self.place, candidate=candidate, is_stale=not self._is_current(held))

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
