"""Templates that misses wrote back."""

from __future__ import annotations

import pytest

from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import ObjectCorrupt
from edgefill.core.keys import Key
from edgefill.packs.layout import OVERLAY_CACHE
from edgefill.packs.pack import Overlay
from edgefill.release.overlay import read_overlay, write_overlay
from edgefill.store.objects import ObjectStore
from tests.edgefill.judging.accepted import accept

KEY = Key(experience="greeting", locale="de", case="gold.new")
PATH = "t/live/greeting/de/gold.new.json"


def test_reads_back_what_a_miss_wrote(objects: ObjectStore) -> None:
    """An overlay comes back as it was, under the key's own path, with its tags."""
    accepted = accept(CompiledTemplate(program={"ops": []}, text="Hallo", max_bytes=5))
    write_overlay(objects, KEY, accepted, version="1", reviewed=False)
    stored = objects.get(PATH)
    assert read_overlay(objects, KEY) == Overlay(
        version="1",
        program={"ops": []},
        text="Hallo",
        model="tiny",
        reviewed=False,
        provenance=accepted.describe_provenance(),
    )
    assert (stored.cache_control, stored.tags) == (OVERLAY_CACHE, ("overlay", "greeting", "de"))


def test_nothing_written_is_nothing_read(objects: ObjectStore) -> None:
    """A key that no miss wrote back has no overlay."""
    assert read_overlay(objects, KEY) is None


@pytest.mark.parametrize(
    "body", [b"\xff", b"{", b"[" * 200_000, b"[]", b"{}", b'{"v":1}', b'{"v":2}']
)
def test_a_damaged_overlay_is_named(objects: ObjectStore, body: bytes) -> None:
    """Anything that is not an overlay is refused, never served."""
    objects.put(PATH, body, cache_control=OVERLAY_CACHE)
    with pytest.raises(ObjectCorrupt):
        read_overlay(objects, KEY)
