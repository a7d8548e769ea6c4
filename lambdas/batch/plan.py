"""The plan: which keys a run of the factory is to draft, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from edgefill.core.keys import Key


def unique_keys(keys: Iterable[Key]) -> tuple[Key, ...]:
    """All of the catalogue's keys, in its order, each once."""
    return tuple(dict.fromkeys(keys))


def rank_by_demand(demand: Mapping[Key, int], top: int | None = None) -> tuple[Key, ...]:
    """The `top` keys by demand, or all that are in demand; ties by name."""
    ranked = sorted(demand, key=lambda key: (-demand[key], str(key)))
    return tuple(ranked[:top])
