"""Routers in releases, over both stores."""

from __future__ import annotations

import json
from typing import Any

from edgefill.packs.layout import IMMUTABLE, POINTER
from edgefill.packs.pointer import pointer_from_json
from edgefill.release.publish import roll_back
from edgefill.release.routing import ReleaseRouting, build_routing
from edgefill.routing.routing_config import RoutingConfig
from edgefill.store.objects import ObjectStore

Shop = Any  # tests/edgefill/release/conftest.py


def routing(says: str = "1") -> ReleaseRouting:
    routers = RoutingConfig(
        answer="farewell",
        tenant="tern",
        guest="guest",
        member="member",
        clarify={"en": "Did you mean"},
        partitions=("tern/en/guest",),
    )
    return build_routing(routers, {"tern/en/guest": {"says": says}})


def read_routers(objects: ObjectStore) -> RoutingConfig | None:
    return pointer_from_json(json.loads(objects.get(POINTER).body)).current.routing


def test_a_release_holds_its_routers(objects: ObjectStore, shop: Shop) -> None:
    """Immutable, tagged, in the manifest, and named by the pointer."""
    release = shop.publish(objects, routing=routing())
    stored = objects.get(f"t/r/{release.id}/routers/tern/en/guest.json")
    assert json.loads(stored.body) == {"says": "1"}
    assert (stored.cache_control, stored.tags) == (
        IMMUTABLE,
        (release.id, "router", "tern/en/guest"),
    )
    assert read_routers(objects) == routing().routers
    assert f"t/r/{release.id}/routers/tern/en/guest.json" in release.parts


def test_another_router_is_another_release(objects: ObjectStore, shop: Shop) -> None:
    """Its digest is part of the id."""
    one, two = shop.publish(objects, routing=routing()), shop.publish(objects, routing=routing("2"))
    assert one.id.split("-")[0] == two.id.split("-")[0]
    assert one.id != two.id


def test_a_release_without_routers_copies_the_current_ones(
    objects: ObjectStore, shop: Shop
) -> None:
    """As its own objects, so that rollback and cleaning up keep it complete."""
    shop.publish(objects, routing=routing())
    release = shop.publish(objects, second=1)
    stored = objects.get(f"t/r/{release.id}/routers/tern/en/guest.json")
    assert json.loads(stored.body) == {"says": "1"}
    assert read_routers(objects) == routing().routers


def test_lost_routers_are_not_copied(objects: ObjectStore, shop: Shop) -> None:
    """Then no question is routed."""
    release = shop.publish(objects, routing=routing())
    objects.delete(f"t/r/{release.id}/routers/tern/en/guest.json")
    shop.publish(objects, second=1)
    assert read_routers(objects) is None


def test_the_first_release_may_have_none(objects: ObjectStore, shop: Shop) -> None:
    """Free questions are then not answered."""
    shop.publish(objects)
    assert read_routers(objects) is None


def test_routers_flip_with_their_release(objects: ObjectStore, shop: Shop) -> None:
    """A rollback restores the old router."""
    first = shop.publish(objects, routing=routing())
    shop.publish(objects, second=1, routing=routing("2"))
    assert roll_back(objects).id == first.id
    assert read_routers(objects) == routing().routers
