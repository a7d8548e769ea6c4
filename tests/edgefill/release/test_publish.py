"""Publishing, serving, rolling back and listing, over both stores."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import InputRefused, NotStored, ObjectCorrupt, ObjectRefused
from edgefill.core.keys import Key
from edgefill.packs.layout import IMMUTABLE, POINTER, POINTER_CACHE
from edgefill.packs.pack import Pack
from edgefill.packs.pointer import pointer_from_json
from edgefill.release.publish import list_releases, publish, roll_back, serve
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore
from tests.edgefill.judging.accepted import accept

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Shop = Any  # tests/edgefill/release/conftest.py


def current(objects: ObjectStore) -> str:
    """The release that visitors see."""
    return pointer_from_json(json.loads(objects.get(POINTER).body)).current.release


def canary(objects: ObjectStore) -> tuple[str, float, str] | None:
    """The canary as the pointer names it."""
    running = pointer_from_json(json.loads(objects.get(POINTER).body)).canary
    return (running.channel.release, running.percent, running.salt) if running else None


def test_publishes_packs_sources_manifest_and_pointer(objects: ObjectStore, shop: Shop) -> None:
    """A release is all its packs and sources, a manifest and the pointer to it."""
    release = shop.publish(objects)
    pack = Pack(json.loads(objects.get(f"t/r/{release.id}/greeting/de.json").body))
    sources = json.loads(objects.get(f"releases/{release.id}/sources/greeting/de.json").body)
    assert (pack.release, pack.locale, pack.experience.id) == (release.id, "de", "greeting")
    provenance = accept(CompiledTemplate(program={}, text="Hello", max_bytes=5))
    assert sources == {
        "fallback": "Hallo",
        "templates": {"any": "Hello", "gold": "Hello"},
        "provenance": dict.fromkeys(["any", "gold"], provenance.describe_provenance()),
    }
    assert release.id == f"r20261123T120000-{release.id[-6:]}"
    assert (release.templates, len(release.parts), release.previous) == (8, 8, None)
    assert current(objects) == release.id


def test_the_pointer_offers_every_locale(objects: ObjectStore, shop: Shop) -> None:
    """The pointer holds each experience's locales and the fallbacks, all that the edge needs."""
    shop.publish(objects)
    pointer = pointer_from_json(json.loads(objects.get(POINTER).body))
    assert pointer.current.experiences == {"farewell": ("de", "en"), "greeting": ("de", "en")}
    assert (pointer.default_locale, pointer.locale_fallbacks) == ("en", {"gsw": "de"})


def test_the_pointer_names_the_digest_of_every_pack(objects: ObjectStore, shop: Shop) -> None:
    """From the manifest, so a wrong object is refused where it arrives."""
    release = shop.publish(objects)
    channel = pointer_from_json(json.loads(objects.get(POINTER).body)).current
    packs = [f"{id_}/{locale}" for id_, to in channel.experiences.items() for locale in to]
    assert sorted(packs) == sorted(channel.digests)
    for path in packs:
        body = objects.get(f"t/r/{release.id}/{path}.json").body
        channel.check_digest(path, body)
        with pytest.raises(ObjectCorrupt):
            channel.check_digest(path, body + b" ")


def test_objects_carry_their_caching_and_tags(objects: ObjectStore, shop: Shop) -> None:
    """Packs are immutable and tagged; sources and manifest never leave the store."""
    release = shop.publish(objects)
    pack = objects.get(f"t/r/{release.id}/greeting/de.json")
    manifest = objects.get(f"releases/{release.id}/manifest.json")
    assert (pack.cache_control, pack.tags) == (IMMUTABLE, (release.id, "greeting", "de"))
    assert manifest.cache_control == "private, no-store"
    assert objects.get(POINTER).cache_control == POINTER_CACHE


def test_the_same_texts_have_the_same_digest(objects: ObjectStore, shop: Shop) -> None:
    """A release's id ends with a hash of its contents."""
    names = [
        shop.publish(objects, second=n, says=says).id for n, says in enumerate(("a", "a", "b"))
    ]
    assert names[0][-6:] == names[1][-6:] != names[2][-6:]


def test_stores_reports_with_the_release(objects: ObjectStore, shop: Shop) -> None:
    """A report is private, a part of the release, and does not change its digest."""
    release = publish(
        objects,
        catalogue=shop.catalogue,
        templates=shop.templates,
        fallbacks=shop.fallbacks,
        now=NOON,
        reports={"quality.html": b"<p>"},
    )
    key = f"releases/{release.id}/quality.html"
    assert objects.get(key).body == b"<p>"
    assert objects.get(key).cache_control == "private, no-store"
    assert key in release.parts
    assert release.id[-6:] == shop.publish(objects, second=1).id[-6:]


def test_refuses_an_answer_the_edge_cannot_give(objects: ObjectStore, shop: Shop) -> None:
    """A template that can exceed the edge's response limit is refused before any write."""
    key = Key(experience="greeting", locale="de", case="gold")
    huge = accept(CompiledTemplate(program={}, text="", max_bytes=2_000_000))
    with pytest.raises(ObjectRefused, match="greeting/de/gold: up to 2,000,000 bytes"):
        publish(
            objects,
            catalogue=shop.catalogue,
            templates={key: huge},
            fallbacks=shop.fallbacks,
            now=NOON,
        )
    assert list(objects.list_keys("")) == []


def test_refuses_a_key_that_the_catalogue_does_not_have(objects: ObjectStore, shop: Shop) -> None:
    """A draft of a case that has since been dropped is named, not published."""
    key = Key(experience="greeting", locale="de", case="silver")
    with pytest.raises(ObjectRefused, match="greeting/de/silver"):
        publish(
            objects,
            catalogue=shop.catalogue,
            templates={key: next(iter(shop.templates.values()))},
            fallbacks=shop.fallbacks,
            now=NOON,
        )


def test_refuses_an_oversized_pack_before_writing(shop: Shop) -> None:
    """One oversized pack stops the release before its first write."""
    objects = MemoryObjectStore()
    key = Key(experience="greeting", locale="en", case="gold")
    huge = accept(CompiledTemplate(program={}, text="x" * 10_000_000, max_bytes=1))
    with pytest.raises(ObjectRefused, match="the CDN compresses at most"):
        publish(
            objects,
            catalogue=shop.catalogue,
            templates={key: huge},
            fallbacks=shop.fallbacks,
            now=NOON,
        )
    assert list(objects.list_keys("")) == []


def test_goes_back_to_the_previous_release(objects: ObjectStore, shop: Shop) -> None:
    """Rollback serves the previous release, step by step, and stops at the first."""
    first, second, third = (shop.publish(objects, second=n) for n in range(3))
    assert roll_back(objects).id == second.id == current(objects)
    assert roll_back(objects).id == first.id == current(objects)
    with pytest.raises(NotStored, match="first release"):
        roll_back(objects)
    assert roll_back(objects, third.id).id == third.id == current(objects)


def test_going_back_skips_a_release_that_never_was_current(
    objects: ObjectStore, shop: Shop
) -> None:
    """An abandoned canary is not the previous release."""
    first = shop.publish(objects, second=0)
    shop.publish(objects, second=1, canary=10)
    shop.publish(objects, second=2)
    assert roll_back(objects).id == first.id


def test_refuses_to_go_back_to_the_unknown(objects: ObjectStore, shop: Shop) -> None:
    """The error names the release and the command that lists all."""
    release = shop.publish(objects)
    with pytest.raises(NotStored, match="'r1' does not exist; `edgefill releases`"):
        roll_back(objects, "r1")
    assert current(objects) == release.id


def test_refuses_to_go_back_to_the_unfinished(objects: ObjectStore, shop: Shop) -> None:
    """A release without its manifest is incomplete and not served."""
    first, second = shop.publish(objects), shop.publish(objects, second=1)
    objects.delete(f"releases/{first.id}/manifest.json")
    with pytest.raises(NotStored, match="incomplete"):
        roll_back(objects)
    assert current(objects) == second.id


def test_refuses_to_serve_a_release_that_lost_a_pack(objects: ObjectStore, shop: Shop) -> None:
    """Every object that the manifest lists must exist."""
    first, second = shop.publish(objects), shop.publish(objects, second=1)
    objects.delete(f"t/r/{first.id}/greeting/de.json")
    with pytest.raises(
        ObjectCorrupt, match=r"lacks 1 of its objects, such as t/r/.*/greeting/de\.json"
    ):
        serve(objects, first.id)
    assert current(objects) == second.id


def test_nothing_to_go_back_to_before_the_first(objects: ObjectStore) -> None:
    """Rollback in an empty store says what to do first."""
    with pytest.raises(NotStored, match="edgefill publish"):
        roll_back(objects)


def test_a_canary_leaves_the_current_release(objects: ObjectStore, shop: Shop) -> None:
    """The current release stays; the canary has its own salt."""
    first = shop.publish(objects)
    trial = shop.publish(objects, second=1, canary=12.5)
    assert current(objects) == first.id
    assert canary(objects) == (trial.id, 12.5, trial.id)


def test_a_canary_grows_with_the_same_subjects(objects: ObjectStore, shop: Shop) -> None:
    """Raising the percentage keeps the salt, so no subject leaves the canary."""
    shop.publish(objects)
    trial = shop.publish(objects, second=1, canary=5)
    serve(objects, trial.id, canary=50)
    assert canary(objects) == (trial.id, 50.0, trial.id)


def test_serving_the_canary_promotes_it(objects: ObjectStore, shop: Shop) -> None:
    """Serving the canary's release to all ends the trial."""
    shop.publish(objects)
    trial = shop.publish(objects, second=1, canary=5)
    serve(objects, trial.id)
    assert (current(objects), canary(objects)) == (trial.id, None)


def test_rollback_ends_a_canary(objects: ObjectStore, shop: Shop) -> None:
    """While a canary runs, undoing the last publication means ending it."""
    first = shop.publish(objects)
    shop.publish(objects, second=1, canary=5)
    assert roll_back(objects).id == first.id
    assert (current(objects), canary(objects)) == (first.id, None)


@pytest.mark.parametrize("percent", [0, -1, 100.5, float("nan")])
def test_refuses_a_canary_that_is_not_a_percentage(shop: Shop, percent: float) -> None:
    """The error names it before anything is written."""
    objects = MemoryObjectStore()
    shop.publish(objects)
    with pytest.raises(InputRefused, match="percentage"):
        shop.publish(objects, second=1, canary=percent)
    assert len(list_releases(objects)) == 1


def test_refuses_a_canary_without_a_current_release(shop: Shop) -> None:
    """The first release cannot be a canary."""
    objects = MemoryObjectStore()
    with pytest.raises(NotStored, match="without a canary first"):
        shop.publish(objects, canary=5)
    assert list(objects.list_keys("")) == []


def test_lists_newest_first_with_states(objects: ObjectStore, shop: Shop) -> None:
    """The list distinguishes current, canary and stored."""
    ids = [shop.publish(objects, second=n).id for n in range(2)]
    ids.append(shop.publish(objects, second=2, canary=5).id)
    statuses = [(one.release.id, one.state, one.percent) for one in list_releases(objects)]
    assert statuses == [(ids[2], "canary", 5.0), (ids[1], "current", 0), (ids[0], "stored", 0)]


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'{"v": 2}'])
def test_a_damaged_pointer_can_be_replaced(objects: ObjectStore, shop: Shop, damage: bytes) -> None:
    """It cannot be read, but releases are still listed and can be served again."""
    release = shop.publish(objects)
    objects.put(POINTER, damage, cache_control=POINTER_CACHE)
    assert [one.state for one in list_releases(objects)] == ["stored"]
    with pytest.raises(NotStored, match=r"is damaged.*edgefill rollback --to RELEASE"):
        roll_back(objects)
    assert roll_back(objects, release.id).id == current(objects)


def test_lists_nothing_in_an_empty_store(objects: ObjectStore) -> None:
    """An empty store has no releases."""
    assert list_releases(objects) == ()
