"""The object keys of the store."""

from edgefill.core.keys import Key
from edgefill.packs.layout import (
    POINTER,
    held_key,
    manifest_key,
    overlay_key,
    pack_key,
    parse_release_path,
    router_key,
    sources_key,
)


def test_only_what_visitors_need_is_under_t() -> None:
    """`/t/*` is what the CDN serves."""
    key = Key(experience="sale", locale="de", case="gold.new")
    assert POINTER == "t/current.json"
    assert pack_key("r1", "sale", "de") == "t/r/r1/sale/de.json"
    assert overlay_key(key) == "t/live/sale/de/gold.new.json"
    assert held_key(key) == "held/sale/de/gold.new.json"
    assert manifest_key("r1") == "releases/r1/manifest.json"
    assert sources_key("r1", "sale", "de") == "releases/r1/sources/sale/de.json"


def test_an_object_of_a_release_is_named_by_its_path_in_it() -> None:
    """By which the pointer has its digest."""
    assert parse_release_path(pack_key("r1", "sale", "de"), "r1") == "sale/de"
    assert parse_release_path(router_key("r1", "t/en/guest"), "r1") == "routers/t/en/guest"
