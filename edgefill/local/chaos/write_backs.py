"""Finds the generated texts that visitors were shown and that the store does not have."""

from __future__ import annotations

import time
from collections.abc import Collection

from edgefill.core.errors import StoreError
from edgefill.release.inventory import list_overlay_keys, list_released_keys
from edgefill.store.objects import ObjectStore

SETTLE_S = 30.0  # for write-backs that wait in the queue or in a process
EVERY_S = 0.5


def find_lost_write_backs(
    objects: ObjectStore,
    keys: Collection[str],
    *,
    settle_s: float = SETTLE_S,
    every_s: float = EVERY_S,
) -> tuple[str, ...]:
    """The keys that are neither in the overlay nor in the current release after `settle_s`."""
    until = time.monotonic() + settle_s
    while lost := sorted(set(keys) - _list_written(objects)):
        if time.monotonic() > until:
            break
        time.sleep(every_s)
    return tuple(lost)


def _list_written(objects: ObjectStore) -> set[str]:
    try:
        return set(map(str, list_overlay_keys(objects) | list_released_keys(objects)))
    except StoreError:  # the store does not answer yet
        return set()
