"""The traffic mix: which keys are asked for how often, and by whom.

Demand follows Zipf's law: the key of rank r is asked for in proportion to 1 / r ** EXPONENT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from edgefill.core.keys import Key
from edgefill.local.services.identity import Profile

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue

EXPONENT = 1.1
ANONYMOUS_SHARE = 0.2  # of the requests for keys that the anonymous reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: for a key, by a visitor (None: nobody we know)."""

    key: Key
    path: str
    visitor: Profile | None = field(default=None, repr=False)


class Mix:
    """Keys by demand and who reaches each of them, the same for a seed."""

    def __init__(self, catalogue: Catalogue, visitors: list[Profile], *, seed: int) -> None:
        self._catalogue = catalogue
        self._visitors = visitors
        self._seed = seed
        self._reached_by = self._reach()
        keys = list(self._reached_by)
        Random(seed).shuffle(keys)
        self.ranked = tuple(keys)  # the most demanded first

    def _reach(self) -> dict[Key, list[Profile | None]]:
        reached: dict[Key, list[Profile | None]] = {}
        for entry in self._catalogue.list_closed_entries():
            known: list[Profile | None] = [*self._visitors]
            for visitor in known + ([None] if entry.experience.anonymous else []):
                case = entry.experience.cases.resolve(visitor.case if visitor else {})
                for locale in self._catalogue.locales:
                    key = Key(experience=entry.experience.id, locale=locale, case=case)
                    reached.setdefault(key, []).append(visitor)
        return reached

    def asks(self, count: int) -> Iterator[Ask]:
        """`count` requests drawn by demand."""
        rng = Random(self._seed)
        weights = list(accumulate(1 / rank**EXPONENT for rank in range(1, len(self.ranked) + 1)))
        for key in rng.choices(self.ranked, cum_weights=weights, k=count):
            yield self.ask(key, rng)

    def ask(self, key: Key, rng: Random) -> Ask:
        """A request for `key` by one of those who reach it."""
        who = self._reached_by[key]
        nobody = who[-1] is None and (len(who) == 1 or rng.random() < ANONYMOUS_SHARE)
        visitor = None if nobody else rng.choice([each for each in who if each is not None])
        locale = "" if visitor and visitor.locale == key.locale else f"?locale={key.locale}"
        return Ask(key=key, path=f"/p/{key.experience}{locale}", visitor=visitor)
