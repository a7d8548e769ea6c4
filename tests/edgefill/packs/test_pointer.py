"""The pointer as JSON."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import ObjectCorrupt
from edgefill.packs.pointer import (
    DIGEST_LENGTH,
    Canary,
    Channel,
    Pointer,
    pointer_from_json,
    pointer_to_json,
)
from edgefill.routing.routing_config import RoutingConfig

ROUTERS = RoutingConfig(
    answer="answer", tenant="t", guest="g", member="m", clarify={"en": "?"}, partitions=("t/en/g",)
)
LOCALES = st.lists(st.sampled_from(["en", "de", "fr"]), unique=True).map(tuple)
CHANNELS = st.builds(
    Channel,
    release=st.text(max_size=9),
    experiences=st.dictionaries(st.text(max_size=9), LOCALES),
    routing=st.none() | st.just(ROUTERS),
    digests=st.dictionaries(st.text(max_size=9), st.text(max_size=12)),
)
POINTERS = st.builds(
    Pointer,
    current=CHANNELS,
    default_locale=st.sampled_from(["en", "de"]),
    locale_fallbacks=st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
    canary=st.none()
    | st.builds(Canary, channel=CHANNELS, percent=st.floats(0, 100), salt=st.text(max_size=5)),
)
SOUND = pointer_to_json(
    Pointer(current=Channel(release="r1", experiences={}), default_locale="en", locale_fallbacks={})
)


@given(POINTERS)
def test_a_pointer_survives_json(pointer: Pointer) -> None:
    """With a canary and without."""
    assert pointer_from_json(json.loads(json.dumps(pointer_to_json(pointer)))) == pointer


def test_a_pointer_of_an_earlier_version_names_no_digest() -> None:
    """It is read all the same, and nothing is checked."""
    data = json.loads(json.dumps(SOUND))
    del data["current"]["digests"]
    pointer_from_json(data).current.check_digest("sale/en", b"anything")


def test_an_object_is_checked_by_its_digest() -> None:
    """By the first digits of its SHA-256."""
    digest = sha256(b"body").hexdigest()[:DIGEST_LENGTH]
    channel = Channel(release="r1", experiences={}, digests={"sale/en": digest})
    channel.check_digest("sale/en", b"body")
    channel.check_digest("sale/de", b"another")
    with pytest.raises(ObjectCorrupt, match="r1/sale/en: not the object that the manifest names"):
        channel.check_digest("sale/en", b"bodY")


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "t",
        {},
        SOUND | {"v": 2},
        SOUND | {"current": None},
        SOUND | {"current": {"release": "r1", "experiences": []}},
        SOUND | {"canary": {"percent": 5}},
        SOUND | {"canary": {"channel": SOUND["current"], "percent": "half", "salt": ""}},
        SOUND | {"current": {"release": "r1", "experiences": {}, "routers": {"answer": 1}}},
        SOUND | {"fallbacks": 7},
        SOUND | {"current": {"release": "r1", "experiences": {}, "digests": 7}},
    ],
)
def test_anything_else_is_corrupt(data: Any) -> None:
    """Whatever the store contains, nothing else is raised."""
    with pytest.raises(ObjectCorrupt, match="pointer"):
        pointer_from_json(data)
