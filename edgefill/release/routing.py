"""ReleaseRouting: the routers that a release holds in addition to its packs."""

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
from edgefill.store.verified_writes import ObjectContent

TAG = "router"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRouting:
    """The routing configuration of a release, and the JSON bytes of each partition's router."""

    routers: RoutingConfig
    router_bytes: Mapping[str, bytes]

    def build_contents(self, release: str) -> Iterator[ObjectContent]:
        """Build the router objects under the id of a release."""
        for partition, body in sorted(self.router_bytes.items()):
            yield ObjectContent(
                key=router_key(release, partition),
                body=body,
                cache_control=IMMUTABLE,
                tags=(release, TAG, partition),
            )


def build_routing(routers: RoutingConfig, files: Mapping[str, Mapping[str, Any]]) -> ReleaseRouting:
    """Build the routing of a release from trained routers by partition."""
    return ReleaseRouting(
        routers=routers,
        router_bytes={partition: encode(dict(file)) for partition, file in files.items()},
    )


def routing_of_current_release(
    objects: ObjectStore, pointer: Pointer | None
) -> ReleaseRouting | None:
    """Read the routing of the current release, for a new one without its own.

    None when there is no routing or one of its routers is missing: then no question is routed, and
    each one is a miss.
    """
    routers = pointer.current.routing if pointer else None
    if pointer is None or routers is None:
        return None
    release = pointer.current.release
    try:
        router_bytes = {
            each: objects.get(router_key(release, each)).body for each in routers.partitions
        }
    except NotStored:
        return None
    return ReleaseRouting(routers=routers, router_bytes=router_bytes)
