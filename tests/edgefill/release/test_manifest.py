"""Manifests, valid and damaged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edgefill.core.errors import ObjectCorrupt
from edgefill.release.manifest import read_release, release_from_json, release_to_json
from edgefill.store.memory import MemoryObjectStore

Shop = Any  # tests/edgefill/release/conftest.py


def test_a_release_survives_its_manifest(shop: Shop) -> None:
    """Reading the manifest gives the release that publishing returned."""
    objects = MemoryObjectStore()
    release = shop.publish(objects)
    assert read_release(objects, release.id) == release
    assert release_from_json(json.loads(json.dumps(release_to_json(release))), "m") == release


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"v": 2},
        {"v": 1},
        {"v": 1, "experiences": {}, "parts": {}},
        {"v": 1, "experiences": [], "parts": {}},
        {"v": 1, "experiences": {}, "parts": {"k": {"size": 1}}},
    ],
)
def test_a_damaged_manifest_is_named(data: Any) -> None:
    """Anything that is not a manifest is refused."""
    with pytest.raises(ObjectCorrupt, match="releases/r1/manifest"):
        release_from_json(data, "releases/r1/manifest.json")
