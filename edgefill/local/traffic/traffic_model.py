"""Generates page requests: which keys are requested, how often and by which visitors.

Demand follows Zipf's law: the key of rank r is requested in proportion to 1 / r ** EXPONENT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from edgefill.core.keys import Key
from edgefill.local.services.identity import DevVisitor

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue

EXPONENT = 1.1
ANONYMOUS_SHARE = 0.2  # the share of the requests for keys that anonymous visitors can reach


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficRequest:
    """One request for a key; `visitor` None means an anonymous visitor."""

    key: Key
    path: str
    visitor: DevVisitor | None = field(default=None, repr=False)


class TrafficModel:
    """Ranks the keys by demand; the same seed gives the same ranks and requests.

    `ranked` holds the keys, the most demanded first.
    """

    def __init__(self, catalogue: Catalogue, visitors: list[DevVisitor], *, seed: int) -> None:
        self._catalogue = catalogue
        self._visitors = visitors
        self._seed = seed
        self._visitors_by_key = self._find_visitors()
        keys = list(self._visitors_by_key)
        Random(seed).shuffle(keys)
        self.ranked = tuple(keys)

    def _find_visitors(self) -> dict[Key, list[DevVisitor | None]]:
        """The visitors who reach each key; None, the anonymous visitor, is the last of a list."""
        visitors_by_key: dict[Key, list[DevVisitor | None]] = {}
        for entry in self._catalogue.list_closed_entries():
            visitors: list[DevVisitor | None] = [*self._visitors]
            for visitor in visitors + ([None] if entry.experience.anonymous else []):
                case = entry.experience.cases.resolve(visitor.case if visitor else {})
                for locale in self._catalogue.locales:
                    key = Key(experience=entry.experience.id, locale=locale, case=case)
                    visitors_by_key.setdefault(key, []).append(visitor)
        return visitors_by_key

    def generate_requests(self, count: int) -> Iterator[TrafficRequest]:
        """Yield `count` requests drawn by demand."""
        rng = Random(self._seed)
        weights = list(accumulate(1 / rank**EXPONENT for rank in range(1, len(self.ranked) + 1)))
        for key in rng.choices(self.ranked, cum_weights=weights, k=count):
            yield self.make_request(key, rng)

    def make_request(self, key: Key, rng: Random) -> TrafficRequest:
        """A request for `key` by a visitor whose case resolves to the key's case."""
        visitors = self._visitors_by_key[key]
        anonymous = visitors[-1] is None and (len(visitors) == 1 or rng.random() < ANONYMOUS_SHARE)
        visitor = None if anonymous else rng.choice([each for each in visitors if each is not None])
        locale = "" if visitor and visitor.locale == key.locale else f"?locale={key.locale}"
        return TrafficRequest(key=key, path=f"/p/{key.experience}{locale}", visitor=visitor)
