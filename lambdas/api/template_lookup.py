"""TemplateLookup: finds the template of a key in the store.

It also saves the texts that the judge could not score; write_backs.py writes the accepted ones.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edgefill.core.errors import NotStored, ObjectCorrupt
from edgefill.packs.layout import pack_key, sources_key
from edgefill.packs.pack import Pack
from edgefill.release.held_texts import HeldText, read_held_text, write_held_text
from edgefill.release.overlay import read_overlay
from edgefill.release.pointer_store import read_pointer
from edgefill.store.encoding import decode
from edgefill.template.program import Program, link_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.core.keys import Key
    from edgefill.packs.pointer import Channel, Pointer
    from edgefill.store.objects import ObjectStore

POINTER_TTL_S = 5
# In memory; the pack that was read first is dropped first.
MAX_PACKS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTemplate:
    """A program that may be served; `release` is None for one from the overlay."""

    program: Program
    release: str | None = None


class TemplateLookup:
    """Looks in the current release, the canary and the overlay; safe between threads."""

    def __init__(
        self, objects: ObjectStore, *, tick: Callable[[], float], capacity: int = MAX_PACKS
    ) -> None:
        self._objects = objects
        self._tick = tick
        self._capacity = capacity
        self._lock = threading.Lock()
        self._packs: dict[str, Pack] = {}
        self._pointer: tuple[float, Pointer | None] = (float("-inf"), None)

    def find(self, key: Key, version: str) -> ServedTemplate | None:
        """Return the template of `key` for that version of its experience; StoreUnavailable.

        A corrupt object counts as missing, and the next miss overwrites it.
        """
        for channel in self._read_channels():
            if key.locale in channel.experiences.get(key.experience, ()):
                program = self._find_in_release(channel, key, version)
                if program:
                    return ServedTemplate(program=program, release=channel.release)
        return self._find_in_overlay(key, version)

    def find_text(self, key: Key, version: str) -> str | None:
        """Return the accepted text of `key` from overlay or release; StoreUnavailable."""
        with suppress(ObjectCorrupt):
            overlay = read_overlay(self._objects, key)
            if overlay is not None and overlay.version == version:
                return overlay.text
        for channel in self._read_channels():
            path = sources_key(channel.release, key.experience, key.locale)
            with suppress(NotStored, ObjectCorrupt, KeyError, TypeError):
                return str(decode(self._objects.get(path).body, path)["templates"][key.case])
        return None

    def is_held(self, key: Key, version: str) -> bool:
        """Whether a text for that version of the experience waits for a person; StoreError."""
        try:
            held = read_held_text(self._objects, key)
        except ObjectCorrupt:
            return False
        return held is not None and held.version == version

    def hold(self, held: HeldText) -> None:
        """Save a text that a person has to read; StoreError."""
        write_held_text(self._objects, held)

    def _read_channels(self) -> list[Channel]:
        read_at, pointer = self._pointer
        if self._tick() - read_at >= POINTER_TTL_S:
            pointer = read_pointer(self._objects).pointer
            self._pointer = (self._tick(), pointer)
        if pointer is None:
            return []
        return [pointer.current, *([pointer.canary.channel] if pointer.canary else [])]

    def _find_in_release(self, channel: Channel, key: Key, version: str) -> Program | None:
        path = pack_key(channel.release, key.experience, key.locale)
        try:
            pack = self._packs.get(path) or self._load_pack(path, channel, key)
            if pack.experience.version != version:
                return None
            return pack.find_program(key.case)
        except NotStored:
            return None
        except ObjectCorrupt:
            with self._lock:
                self._packs.pop(path, None)
            return None

    def _load_pack(self, path: str, channel: Channel, key: Key) -> Pack:
        """Return the pack at `path`, which is read only once, since packs are immutable."""
        body = self._objects.get(path).body
        channel.check_digest(f"{key.experience}/{key.locale}", body)
        pack = Pack(decode(body, path))
        pack.check_place(channel.release, key.experience, key.locale)
        with self._lock:
            self._packs[path] = pack
            while len(self._packs) > self._capacity:
                del self._packs[next(iter(self._packs))]
        return pack

    def _find_in_overlay(self, key: Key, version: str) -> ServedTemplate | None:
        try:
            overlay = read_overlay(self._objects, key)
            if overlay is None or overlay.version != version:
                return None
            return ServedTemplate(program=link_program(overlay.program))
        except ObjectCorrupt:
            return None
