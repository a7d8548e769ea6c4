"""How far an edge may be behind the last publication."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edgefill.packs.layout import POINTER, POINTER_CACHE
from edgefill.packs.pointer import Channel, Pointer, pointer_to_json
from lambdas.edge.config import EdgeConfig
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.object_cache import ObjectCache
from lambdas.edge.releases import ReleaseReader

BOUND_S = 5  # docs/operations.md, "A bad release"
POINTER_TTL_S = EdgeConfig(trust=None).pointer_ttl_s  # type: ignore[arg-type]


def read_directive(name: str) -> int:
    found = re.search(rf"{name}=([0-9]+)", POINTER_CACHE)
    assert found is not None
    return int(found[1])


class SlowestCdn:
    """A CDN that serves each copy for as long as its directives allow."""

    def __init__(self) -> None:
        self.now = 0.0
        self.published: list[tuple[float, int]] = [(-1e9, 0)]
        self.lag = read_directive("max-age") + read_directive("stale-while-revalidate")

    def __call__(self, _path: str, _etag: str | None) -> StoreResponse:
        release = [number for at, number in self.published if at <= self.now - self.lag][-1]
        channel = Channel(release=f"r{release}", experiences={"sale": ("en",)})
        pointer = Pointer(current=channel, default_locale="en", locale_fallbacks={}, canary=None)
        return StoreResponse(status=200, body=json.dumps(pointer_to_json(pointer)).encode())

    def publish(self) -> None:
        self.published.append((self.now, len(self.published)))


def test_the_bound_is_what_cdn_and_edge_allow_together() -> None:
    """A longer stale-while-revalidate was served for a minute under load."""
    allowed = read_directive("max-age") + read_directive("stale-while-revalidate") + POINTER_TTL_S
    assert allowed <= BOUND_S


@given(st.lists(st.tuples(st.floats(0.01, 12), st.booleans()), max_size=40))
def test_no_answer_is_from_a_release_that_was_replaced_longer_ago(
    steps: list[tuple[float, bool]],
) -> None:
    """Whatever is published and requested when, also by an environment that was idle."""
    cdn = SlowestCdn()
    cache = ObjectCache(
        fetch=cdn, tick=lambda: cdn.now, log=_ignore, capacity=1_000_000, negative_ttl_s=5
    )
    reader = ReleaseReader(cache, pointer_ttl_s=POINTER_TTL_S)
    for seconds, is_publication in steps:
        cdn.now += seconds
        if is_publication:
            cdn.publish()
            continue
        number = int(reader.read_pointer().current.release.removeprefix("r"))
        later = [at for at, other in cdn.published if other > number]
        assert not later or cdn.now - later[0] <= BOUND_S
    assert POINTER == "t/current.json"


def _ignore(_line: dict[str, Any]) -> None:
    """Nothing fails here."""
