"""Where the texts of a key are, for people who ask what is served."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from edgefill.core.keys import parse_key
from edgefill.judging.verdict import Verdict
from edgefill.packs.layout import overlay_key, sources_key
from edgefill.release.held_texts import HeldText, write_held_text
from edgefill.release.overlay import write_overlay
from edgefill.release.text_places import StoredText, find_stored_texts
from edgefill.store.objects import ObjectStore
from tests.edgefill.judging.accepted import PROVENANCE, accept
from tests.edgefill.release.conftest import compiled

KEY = parse_key("greeting/de/gold")
UNSCORED = Verdict(outcome="unscored", reason="a new language", judge="small", version="1")
HELD = HeldText(key=KEY, version="1", text="Held", provenance=PROVENANCE, verdict=UNSCORED)


def list_places(objects: ObjectStore) -> list[tuple[str, str, bool]]:
    texts = find_stored_texts(objects, KEY)
    return [(each.place, each.text, not each.why_unserved) for each in texts]


def drop_case(shop: Any) -> Any:
    """Return the shop without a template for KEY."""
    return replace(shop, templates={k: v for k, v in shop.templates.items() if k != KEY})


def test_a_released_text_has_its_release_and_provenance(objects: ObjectStore, shop: Any) -> None:
    """Model, origin and verdict come from the release's sources."""
    release = shop.publish(objects, says="Hallo")
    (text,) = find_stored_texts(objects, KEY)
    assert text == StoredText(
        place="release",
        text="Hallo",
        release=release.id,
        provenance=accept(compiled("Hallo")).describe_provenance(),
    )


def test_a_canary_is_a_second_place(objects: ObjectStore, shop: Any) -> None:
    """Some visitors get its text, the others that of the current release."""
    shop.publish(objects, says="Old")
    shop.publish(objects, says="New", second=1, canary=5)
    assert list_places(objects) == [("release", "Old", True), ("canary", "New", True)]


def test_the_overlay_is_served_only_without_a_released_text(
    objects: ObjectStore, shop: Any
) -> None:
    """A release comes before the overlay, as at the edge."""
    write_overlay(objects, KEY, accept(compiled("Missed")), version="1")
    assert list_places(objects) == [("overlay", "Missed", False)]
    drop_case(shop).publish(objects)
    assert list_places(objects) == [("overlay", "Missed", True)]
    shop.publish(objects, says="Hallo", second=1)
    assert list_places(objects) == [("release", "Hallo", True), ("overlay", "Missed", False)]


def test_an_overlay_of_another_version_is_not_served(objects: ObjectStore, shop: Any) -> None:
    """The experience has changed since the text was written."""
    drop_case(shop).publish(objects)
    write_overlay(objects, KEY, accept(compiled("Missed")), version="0")
    (text,) = find_stored_texts(objects, KEY)
    assert "another version" in text.why_unserved


def test_an_overlay_without_a_pack_is_not_served(objects: ObjectStore, shop: Any) -> None:
    """A release whose pack is lost serves nothing of that experience."""
    release = drop_case(shop).publish(objects)
    write_overlay(objects, KEY, accept(compiled("Missed")), version="1")
    objects.delete(f"t/r/{release.id}/greeting/de.json")
    assert list_places(objects) == [("overlay", "Missed", False)]


def test_a_held_text_is_never_served(objects: ObjectStore) -> None:
    """It has the judge's verdict in its provenance."""
    write_held_text(objects, HELD)
    (text,) = find_stored_texts(objects, KEY)
    assert (text.place, text.text) == ("held", "Held")
    assert "edgefill review" in text.why_unserved
    assert text.provenance is not None
    assert text.provenance["verdict"]["reason"] == "a new language"


def test_a_release_from_before_provenance_has_none(objects: ObjectStore, shop: Any) -> None:
    """Its sources have only texts."""
    release = shop.publish(objects)
    path = sources_key(release.id, "greeting", "de")
    sources = json.loads(objects.get(path).body)
    del sources["provenance"]
    objects.put(path, json.dumps(sources).encode(), cache_control="private")
    (text,) = find_stored_texts(objects, KEY)
    assert (text.text, text.provenance) == ("Hello", None)


def test_an_overlay_that_cannot_be_read_is_not_served(objects: ObjectStore) -> None:
    """One from before the judge, for example; the reason says so."""
    objects.put(overlay_key(KEY), b'{"v":1}', cache_control="")
    (text,) = find_stored_texts(objects, KEY)
    assert (text.place, text.text, text.provenance) == ("overlay", "", None)
    assert "overlay: version 1" in text.why_unserved


def test_a_key_without_a_text_has_no_place(objects: ObjectStore) -> None:
    """Before the first release, too."""
    assert find_stored_texts(objects, KEY) == ()
