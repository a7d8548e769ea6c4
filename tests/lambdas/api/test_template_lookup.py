"""Where the API looks for a template before it generates one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from edgefill.compiler import CompiledTemplate, compile_template
from edgefill.core.keys import Key, parse_key
from edgefill.core.value import replace as replace_record
from edgefill.packs.layout import POINTER, overlay_key, pack_key
from edgefill.release.pointer_store import read_current_pointer, swap_pointer
from edgefill.release.publish import publish
from edgefill.store.objects import StoredObject
from lambdas.api.template_lookup import TemplateLookup
from tests.edgefill.judging.accepted import accept
from tests.lambdas.api.conftest import OVER_TWINS

ON_AWS = True  # see conftest.py
KEY = parse_key("order-delayed/de/any.any")


def compiled(catalogue: Any, key: Key, text: str) -> CompiledTemplate:
    return compile_template(
        text,
        experience=catalogue.entry(key.experience).experience,
        locale=key.locale,
        name=str(key),
    )


def publish_template(shop: Any, *, canary: float | None = None, greeting: str = "Ahoi") -> Any:
    """Publish a release that holds only KEY's template."""
    catalogue = shop.dependencies.catalogue
    fallback = catalogue.entry("order-delayed").fallbacks["de"]
    template = compiled(catalogue, KEY, fallback.replace("Hallo", greeting))
    fallbacks = {
        (KEY.experience, locale): compiled(
            catalogue, KEY, catalogue.entry(KEY.experience).fallbacks["de"]
        )
        for locale in catalogue.locales
    }
    return publish(
        shop.adapters.objects,
        catalogue=_only(catalogue, KEY.experience),
        templates={KEY: accept(template)},
        fallbacks=fallbacks,
        now=datetime(2026, 11, 23, tzinfo=UTC),
        canary=canary,
    )


def _only(catalogue: Any, experience: str) -> Any:
    return replace(catalogue, entries={experience: catalogue.entries[experience]})


def test_a_released_template_needs_no_model(world: Any) -> None:
    """It was published after the edge had missed it."""
    shop = world([])
    publish_template(shop)
    answer = shop.get("order-delayed", query="locale=de")
    assert "generated=false" in answer.headers["X-Edgefill"]
    assert "Ahoi" in answer.body


def test_a_canarys_template_is_served_too(world: Any) -> None:
    """A canary's template is better than a fallback."""
    shop = world([])
    first = publish_template(shop, greeting="Moin")
    shop.adapters.objects.delete(pack_key(first.id, KEY.experience, KEY.locale))
    publish_template(shop, canary=5, greeting="Ahoi")
    assert "Ahoi" in shop.get("order-delayed", query="locale=de").body


def test_a_pack_for_another_version_of_the_experience_is_not_served(world: Any, good: Any) -> None:
    """Its slots may differ."""
    shop = world(good)
    release = publish_template(shop)
    path = pack_key(release.id, KEY.experience, KEY.locale)
    version = shop.dependencies.catalogue.entry(KEY.experience).experience.version
    tamper(shop, path, version.encode(), b"0" * len(version))
    assert "generated=true" in shop.get("order-delayed", query="locale=de").headers["X-Edgefill"]


@pytest.mark.parametrize("body", [b"{", b"[" * 200_000])
@pytest.mark.parametrize("damage", [POINTER, "pack", "program"])
def test_a_corrupt_object_counts_as_missing(
    world: Any, good: Any, damage: str, body: bytes
) -> None:
    """The template is generated as if there were no object."""
    shop = world(good)
    release = publish_template(shop)
    pack = pack_key(release.id, KEY.experience, KEY.locale)
    if damage == "program":
        tamper(shop, pack, b'"body"', b'"b0dy"')
    else:
        put(shop, POINTER if damage == POINTER else pack, body)
    assert "generated=true" in shop.get("order-delayed", query="locale=de").headers["X-Edgefill"]


@pytest.mark.parametrize(
    "body", [b"{", b"{}", b"[" * 200_000, b'{"v":2,"version":"?","program":{}}']
)
def test_a_corrupt_overlay_is_overwritten(world: Any, good: Any, body: bytes) -> None:
    """The next miss replaces it."""
    shop = world(good)
    put(shop, overlay_key(KEY), body)
    assert "generated=true" in shop.get("order-delayed", query="locale=de").headers["X-Edgefill"]
    shop.time.sleep(60)
    assert "generated=false" in shop.get("order-delayed", query="locale=de").headers["X-Edgefill"]


def test_an_overlay_from_before_the_judge_is_overwritten(world: Any, good: Any) -> None:
    """No judge has read its text, so the next miss replaces it."""
    shop = world(good)
    shop.get("order-delayed", query="locale=de")
    tamper(shop, overlay_key(KEY), b'"v":2,"version"', b'"v":1,"version"')
    shop.time.sleep(60)
    assert "generated=true" in shop.get("order-delayed", query="locale=de").headers["X-Edgefill"]
    shop.time.sleep(60)
    assert "generated=false" in shop.get("order-delayed", query="locale=de").headers["X-Edgefill"]


def test_an_overlay_with_a_tampered_program_is_not_served(world: Any, good: Any) -> None:
    """A program must link before it is filled."""
    shop = world(good)
    shop.get("order-delayed", query="locale=de")
    tamper(shop, overlay_key(KEY), b'"body"', b'"b0dy"')
    shop.time.sleep(60)
    assert "generated=true" in shop.get("order-delayed", query="locale=de").headers["X-Edgefill"]


@OVER_TWINS
def test_packs_are_read_once_and_the_pointer_seldom(world: Any) -> None:
    """A pack never changes; the pointer is read again after five seconds."""
    reads: list[str] = []
    shop = world([])

    class Counting(type(shop.adapters.objects)):  # type: ignore[misc] # the twin's own class
        def get(self, key: str) -> StoredObject:
            reads.append(key)
            return super().get(key)  # type: ignore[no-any-return]

    shop = world([], adapters={"objects": Counting()})
    publish_template(shop)
    reads.clear()
    for _ in range(3):
        shop.get("order-delayed", query="locale=de")
    assert sorted(key.split("/")[1] for key in reads) == ["current.json", "r"]
    shop.time.sleep(5)
    shop.get("order-delayed", query="locale=de")
    assert reads[2:] == [POINTER]


def test_memory_holds_a_limited_number_of_packs(world: Any) -> None:
    """The pack that was read first is dropped first, and read again on demand."""
    shop = world([])
    publish_template(shop)
    objects, reads = shop.adapters.objects, []

    class Counting:
        def get(self, key: str) -> StoredObject:
            reads.append(key)
            return objects.get(key)  # type: ignore[no-any-return]

    templates = TemplateLookup(Counting(), tick=shop.time, capacity=1)  # type: ignore[arg-type] # get alone
    version = shop.dependencies.catalogue.entry(KEY.experience).experience.version
    english = Key(experience=KEY.experience, locale="en", case=KEY.case)
    for key in (KEY, KEY, english, KEY):
        templates.find(key, version)
    packs = [read.rpartition("/")[2] for read in reads if read.startswith("t/r/")]
    assert packs == ["de.json", "en.json", "de.json"]


def put(shop: Any, key: str, body: bytes) -> None:
    shop.adapters.objects.put(key, body, cache_control="no-store")


def tamper(shop: Any, key: str, old: bytes, new: bytes) -> None:
    body = shop.adapters.objects.get(key).body
    assert old in body
    put(shop, key, body.replace(old, new))


@pytest.mark.parametrize("wrong", ["another place", "another text", "broken program"])
def test_a_wrong_pack_is_not_used_and_read_again(world: Any, wrong: str) -> None:
    """Nor kept: as soon as the store is mended the released text is found."""
    shop = world([])
    release = publish_template(shop)
    objects = shop.adapters.objects
    path = pack_key(release.id, KEY.experience, KEY.locale)
    good = objects.get(path).body
    data = json.loads(good)
    if wrong == "another place":
        data["locale"] = "en"
    elif wrong == "another text":
        data["programs"] = {KEY.case: data["fallback"]}
    else:
        data["programs"][KEY.case] = {"v": 1}
        pointer, snapshot = read_current_pointer(objects)
        bare = replace_record(pointer.current, digests={})
        swap_pointer(objects, snapshot, replace_record(pointer, current=bare))
    lookup = TemplateLookup(objects, tick=shop.time)
    version = shop.dependencies.catalogue.entry(KEY.experience).experience.version
    objects.put(path, json.dumps(data).encode(), cache_control="x")
    assert lookup.find(KEY, version) is None
    objects.put(path, good, cache_control="x")
    found = lookup.find(KEY, version)
    assert found is not None
    assert found.release == release.id
