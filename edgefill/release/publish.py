"""Write releases to the store: publish one, serve a stored one, roll back, list them.

Safety depends only on the order of writes: packs and sources, each read back, then the manifest,
then the pointer by a conditional write. If the process dies before the last write, visitors still
get the old release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from edgefill.core.errors import NotStored, ObjectCorrupt
from edgefill.core.keys import Key
from edgefill.core.value import replace
from edgefill.packs.pointer import Pointer
from edgefill.release.manifest import Release, build_manifest, read_release
from edgefill.release.packing import (
    PackSource,
    build_all_contents,
    build_pack_sources,
    build_report_contents,
    digest_contents,
    list_locales,
)
from edgefill.release.pointer_store import (
    PointerSnapshot,
    check_canary,
    next_pointer,
    read_current_pointer,
    read_pointer,
    swap_pointer,
)
from edgefill.release.routing import ReleaseRouting, routing_of_current_release
from edgefill.routing.routing_config import serialize_routing_config
from edgefill.store.objects import ObjectStore
from edgefill.store.verified_writes import write_all_verified, write_verified

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.compiler import CompiledTemplate
    from edgefill.judging.accepted_template import AcceptedTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStatus:
    """A release and its present state: `current`, `canary` or `stored`."""

    release: Release
    state: str
    # Of the subjects; 0 unless it is the canary.
    percent: float = 0.0


def publish(
    objects: ObjectStore,
    *,
    catalogue: Catalogue,
    templates: Mapping[Key, AcceptedTemplate],
    fallbacks: Mapping[tuple[str, str], CompiledTemplate],
    now: datetime,
    routing: ReleaseRouting | None = None,
    canary: float | None = None,
    reports: Mapping[str, bytes] | None = None,
    writers: int = 8,
) -> Release:
    """Write a release, verify it and serve it, to `canary` percent of the subjects if given.

    `fallbacks` is by experience and locale. Without `routing`, that of the current release is
    used. `reports` are files by name that are stored with the release. ObjectRefused before
    anything is written; StoreConflict when another publisher was faster: this release is then
    complete but not served.
    """
    snapshot = read_pointer(objects)
    if canary is not None:
        check_canary(snapshot, canary)
    packs = build_pack_sources(catalogue, templates, fallbacks)
    routing = routing or routing_of_current_release(objects, snapshot.pointer)
    release = _write_release(
        objects,
        catalogue,
        packs,
        routing,
        reports=reports or {},
        now=now,
        snapshot=snapshot,
        writers=writers,
    )
    swap_pointer(objects, snapshot, next_pointer(snapshot, release, canary))
    return release


def serve(objects: ObjectStore, id_: str, *, canary: float | None = None) -> Release:
    """Serve a stored release; NotStored, ObjectCorrupt when an object is missing."""
    snapshot = read_pointer(objects)
    release = read_release(objects, id_)
    missing = release.parts.keys() - set(_list_stored_keys(objects, id_))
    if missing:
        raise ObjectCorrupt(
            f"release {id_!r} lacks {len(missing)} of its objects, such as {min(missing)}; "
            "publish it again"
        )
    swap_pointer(objects, snapshot, next_pointer(snapshot, release, canary))
    return release


def roll_back(objects: ObjectStore, to: str | None = None) -> Release:
    """Undo the last publication, or serve `to`; return the release that is current afterwards.

    While a canary runs, undoing ends the canary and keeps the current release.
    """
    if to is not None:
        return serve(objects, to)
    pointer, snapshot = read_current_pointer(objects)
    current = read_release(objects, pointer.current.release)
    if pointer.canary:
        swap_pointer(objects, snapshot, replace(pointer, canary=None))
        return current
    if current.previous is None:
        raise NotStored(f"{current.id} is the first release: there is no earlier one to go back to")
    return serve(objects, current.previous)


def list_releases(objects: ObjectStore) -> tuple[ReleaseStatus, ...]:
    """List every complete release, newest first."""
    pointer = read_pointer(objects).pointer
    ids = {
        key.split("/")[1]
        for key in objects.list_keys("releases/")
        if key.endswith("/manifest.json")
    }
    return tuple(
        _describe_status(read_release(objects, id_), pointer) for id_ in sorted(ids, reverse=True)
    )


def _write_release(
    objects: ObjectStore,
    catalogue: Catalogue,
    packs: tuple[PackSource, ...],
    routing: ReleaseRouting | None,
    *,
    reports: Mapping[str, bytes],
    now: datetime,
    snapshot: PointerSnapshot,
    writers: int,
) -> Release:
    """Write a complete release that is not served yet."""
    content_digest = digest_contents(build_all_contents(packs, routing, ""))
    id_ = f"r{now.astimezone(UTC):%Y%m%dT%H%M%S}-{content_digest[:6]}"
    contents = chain(build_all_contents(packs, routing, id_), build_report_contents(reports, id_))
    release = Release(
        id=id_,
        created=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        catalogue=catalogue.version,
        previous=snapshot.pointer.current.release if snapshot.pointer else None,
        templates=sum(len(packing.templates) for packing in packs),
        experiences=list_locales(packs),
        default_locale=catalogue.default_locale,
        fallbacks=dict(catalogue.locale_fallbacks),
        parts=write_all_verified(objects, contents, writers),
        routing=serialize_routing_config(routing.routers) if routing else None,
    )
    write_verified(objects, build_manifest(release))
    return release


def _describe_status(release: Release, pointer: Pointer | None) -> ReleaseStatus:
    if pointer and pointer.current.release == release.id:
        return ReleaseStatus(release=release, state="current")
    if pointer and pointer.canary and pointer.canary.channel.release == release.id:
        return ReleaseStatus(release=release, state="canary", percent=pointer.canary.percent)
    return ReleaseStatus(release=release, state="stored")


def _list_stored_keys(objects: ObjectStore, id_: str) -> Iterable[str]:
    yield from objects.list_keys(f"t/r/{id_}/")
    yield from objects.list_keys(f"releases/{id_}/")
