"""HeldSource: a place with texts that wait for a person; the journal and the store are two.

No text is ever lost: what a person accepts is written before what was held is removed, and the
journal is only appended to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from edgefill.core.keys import Key
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import Verdict


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
    def key(self) -> Key:
        """The key of the text."""
        return self.candidate.key

    @property
    def reason(self) -> str:
        """Why the judge could not score it."""
        return self.candidate.judgement.reason if self.candidate.judgement else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedItem:
    """An object that should hold a text and cannot be read; only deleting it helps.

    `delete` raises StoreConflict if a text is held there by now.
    """

    place: HeldPlace
    path: str
    key: Key | None
    problem: str
    delete: Callable[[], None] = field(repr=False, compare=False)

    @property
    def remedy(self) -> str:
        """What to do with it."""
        if self.key is None:
            return f"delete the object {self.path} from the store: no key is held there"
        return f"`edgefill review fail {self.key}` deletes it"


HeldEntry = HeldItem | DamagedItem


class HeldSource(Protocol):
    """A place with held texts; every method raises EdgefillError when it cannot be read."""

    place: ClassVar[HeldPlace]

    def list_items(self) -> Iterator[HeldEntry]:
        """List the held texts, and what is damaged."""

    def find_item(self, key: Key) -> HeldEntry | None:
        """Return the held text of `key`."""

    def accept(self, item: HeldItem, accepted: Candidate) -> str:
        """Make `accepted`, which a person passed, replace the held text; say what follows.

        Its text is the held one or the person's own. InputRefused or StoreConflict if another text
        is held by now.
        """

    def reject(self, item: HeldItem, verdict: Verdict) -> str:
        """End the waiting of a text that a person failed; say what follows. Errors as `accept`."""
