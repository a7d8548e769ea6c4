"""Routing: the routers that a release holds beside its packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.core.errors import NotStored
from edgefill.packs.layout import IMMUTABLE, router_key
from edgefill.packs.pointer import Pointer
from edgefill.routing.routing_config import RoutingConfig
from edgefill.store.encoding import encode
from edgefill.store.objects import ObjectStore
from edgefill.store.writing import ObjectContent

TAG = "router"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRouting:
    """What a release says of its routers, and each of them by its partition, as JSON bytes."""

    routers: RoutingConfig
    bodies: Mapping[str, bytes]

    def build_contents(self, release: str) -> Iterator[ObjectContent]:
        """The routers under a release's name."""
        for partition, body in sorted(self.bodies.items()):
            yield ObjectContent(
                key=router_key(release, partition),
                body=body,
                cache_control=IMMUTABLE,
                tags=(release, TAG, partition),
            )


def build_routing(routers: RoutingConfig, files: Mapping[str, Mapping[str, Any]]) -> ReleaseRouting:
    """Trained routers by partition, ready to be written."""
    return ReleaseRouting(
        routers=routers, bodies={partition: encode(dict(file)) for partition, file in files.items()}
    )


def routing_of_current_release(
    objects: ObjectStore, pointer: Pointer | None
) -> ReleaseRouting | None:
    """The routing of the release that is served, for one that brings none of its own.

    None when there is none, or one of its routers is lost: then nothing is routed, and all is
    a miss.
    """
    routers = pointer.current.routers if pointer else None
    if pointer is None or routers is None:
        return None
    release = pointer.current.release
    try:
        bodies = {each: objects.get(router_key(release, each)).body for each in routers.partitions}
    except NotStored:
        return None
    return ReleaseRouting(routers=routers, bodies=bodies)
