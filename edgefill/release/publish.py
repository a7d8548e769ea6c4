"""Releases: publish one, serve one, go back, list them.

The order of writes is the whole safety: packs and sources, each read back, then the manifest,
then the pointer by a conditional write. A process that dies anywhere before the last write leaves
what visitors see untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from edgefill.core.errors import NotStored, ObjectCorrupt
from edgefill.core.keys import Key
from edgefill.core.value import replace
from edgefill.packs.pointer import Pointer
from edgefill.release.manifest import Release, manifest_of, read_release
from edgefill.release.packing import Packing, all_contents, channel_of, digest, packings
from edgefill.release.pointer_store import Seen, check_canary, pointed, read_pointer, served, swap
from edgefill.release.routing import Routing, kept_routing
from edgefill.routing.routing_config import serialize_routing_config
from edgefill.store.objects import Objects
from edgefill.store.writing import write, write_all

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.compiler import CompiledTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A release and what it is at the moment: `current`, `canary` or `stored`."""

    release: Release
    state: str
    percent: float = 0.0  # of the subjects; 0 unless it is the canary


def publish(
    objects: Objects,
    *,
    catalogue: Catalogue,
    templates: Mapping[Key, CompiledTemplate],
    fallbacks: Mapping[tuple[str, str], CompiledTemplate],
    now: datetime,
    routing: Routing | None = None,
    canary: float | None = None,
    writers: int = 8,
) -> Release:
    """Write a release, verify it, serve it (to `canary` percent of the subjects when given).

    `fallbacks` is by experience and locale; without `routing` the served release's is kept.
    ObjectRefused before anything is written; StoreConflict when another publisher was faster:
    this release is then whole but not served.
    """
    seen = read_pointer(objects)
    if canary is not None:
        check_canary(seen, canary)
    packed = packings(catalogue, templates, fallbacks)
    routing = routing or kept_routing(objects, seen.pointer)
    release = _written(objects, catalogue, packed, routing, now=now, seen=seen, writers=writers)
    swap(objects, seen, pointed(seen, release, canary))
    return release


def serve(objects: Objects, id_: str, *, canary: float | None = None) -> Release:
    """Point at a stored release; NotStored, ObjectCorrupt when it is not whole."""
    seen = read_pointer(objects)
    release = read_release(objects, id_)
    missing = release.parts.keys() - set(_held(objects, id_))
    if missing:
        raise ObjectCorrupt(f"release {id_!r} has lost {min(missing)} and {len(missing) - 1} more")
    swap(objects, seen, pointed(seen, release, canary))
    return release


def rollback(objects: Objects, to: str | None = None) -> Release:
    """Undo the last publication, or serve `to`; returns what is served now.

    While a canary runs, undoing ends it and leaves the current release alone.
    """
    if to is not None:
        return serve(objects, to)
    pointer, seen = served(objects)
    current = read_release(objects, pointer.current.release)
    if pointer.canary:
        swap(objects, seen, replace(pointer, canary=None))
        return current
    if current.previous is None:
        raise NotStored(f"{current.id} is the first release: there is none to go back to")
    return serve(objects, current.previous)


def releases(objects: Objects) -> tuple[Listed, ...]:
    """Every complete release, newest first."""
    pointer = read_pointer(objects).pointer
    ids = {key.split("/")[1] for key in objects.keys("releases/") if key.endswith("/manifest.json")}
    return tuple(_listed(read_release(objects, id_), pointer) for id_ in sorted(ids, reverse=True))


def _written(
    objects: Objects,
    catalogue: Catalogue,
    packed: tuple[Packing, ...],
    routing: Routing | None,
    *,
    now: datetime,
    seen: Seen,
    writers: int,
) -> Release:
    """A whole release that nobody sees yet."""
    said = digest(all_contents(packed, routing, ""))
    id_ = f"r{now.astimezone(UTC):%Y%m%dT%H%M%S}-{said[:6]}"
    release = Release(
        id=id_,
        created=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        catalogue=catalogue.version,
        previous=seen.pointer.current.release if seen.pointer else None,
        templates=sum(len(packing.templates) for packing in packed),
        experiences=channel_of(packed),
        default_locale=catalogue.default_locale,
        fallbacks=dict(catalogue.locale_fallbacks),
        parts=write_all(objects, all_contents(packed, routing, id_), writers),
        routing=serialize_routing_config(routing.routers) if routing else None,
    )
    write(objects, manifest_of(release))
    return release


def _listed(release: Release, pointer: Pointer | None) -> Listed:
    if pointer and pointer.current.release == release.id:
        return Listed(release=release, state="current")
    if pointer and pointer.canary and pointer.canary.channel.release == release.id:
        return Listed(release=release, state="canary", percent=pointer.canary.percent)
    return Listed(release=release, state="stored")


def _held(objects: Objects, id_: str) -> Iterable[str]:
    yield from objects.keys(f"t/r/{id_}/")
    yield from objects.keys(f"releases/{id_}/")
