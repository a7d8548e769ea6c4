"""A tier over a scripted upstream: whom it asks, how often, and what it keeps."""

import asyncio
from dataclasses import replace

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.cache.entries import CacheEntry, make_entry
from cloudfront_emulator.cache.freshness import compute_freshness
from cloudfront_emulator.cache.tier import CacheLookup, CacheResult, CacheTier
from cloudfront_emulator.cache.x_cache import HIT, MISS
from cloudfront_emulator.distribution import CachePolicy
from cloudfront_emulator.message import CdnResponse
from cloudfront_emulator.request.cache_key import build_cache_key
from tests.cloudfront_emulator.scripted import (
    KEEPING,
    NOON,
    OFF,
    make_behaviour,
    make_request,
    make_response,
)


class ScriptedUpstream:
    """Answers when a test permits it; responses are cached by the request's policy."""

    def __init__(self) -> None:
        self.answer = make_response()
        self.asked: list[tuple[CacheLookup, CacheEntry | None, bool]] = []
        self.open = asyncio.Event()
        self.now = NOON

    async def fetch(
        self, ask: CacheLookup, stale: CacheEntry | None, *, renew: bool
    ) -> CacheResult:
        self.asked.append((ask, stale, renew))
        response = self.answer
        await self.open.wait()
        kept = compute_freshness(ask.behaviour.cache, response, now=self.now, errors={})
        entry = make_entry(response, kept, now=self.now, path="/a") if kept.storable else None
        return CacheResult(response=response, result=MISS, entry=entry)

    def make_tier(self) -> CacheTier:
        return CacheTier(self, clock=lambda: self.now)


def make_lookup(policy: CachePolicy = KEEPING, method: str = "GET") -> CacheLookup:
    place = make_behaviour("*", policy)
    request_headers = make_request(method=method)
    key = build_cache_key(place.cache, request_headers, is_options_request=False)
    return CacheLookup(behaviour=place, key=key, request=request_headers)


async def turn() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def fetch_together(ask: CacheLookup, times: int) -> tuple[int, int]:
    """The number of upstream requests, and the number of cached objects afterwards."""

    async def main() -> tuple[int, int]:
        upstream = ScriptedUpstream()
        tier = upstream.make_tier()
        crowd = [asyncio.ensure_future(tier.fetch(ask)) for _ in range(times)]
        await turn()
        upstream.open.set()
        await asyncio.gather(*crowd)
        return len(upstream.asked), len(tier)

    return asyncio.run(main())


def test_requests_for_one_object_become_one() -> None:
    """RequestAndResponseBehaviorCustomOrigin, "Request collapsing"."""
    assert fetch_together(make_lookup(), 5) == (1, 1)


def test_nothing_is_shared_with_max_ttl_0() -> None:
    """Caching is off, so each request is sent (RequestAndResponseBehaviorCustomOrigin)."""
    assert fetch_together(make_lookup(OFF), 5) == (5, 0)


def test_head_is_shared_and_not_cached() -> None:
    """A HEAD has no body for a later GET."""
    assert fetch_together(make_lookup(method="HEAD"), 5) == (1, 0)


def test_a_viewer_who_leaves_takes_nothing_from_the_others() -> None:
    """The fetch continues without the viewer who started it."""

    async def main() -> None:
        upstream = ScriptedUpstream()
        tier = upstream.make_tier()
        first, second = (asyncio.ensure_future(tier.fetch(make_lookup())) for _ in range(2))
        await turn()
        first.cancel()
        upstream.open.set()
        assert (await second).response.body == b"body"
        assert len(upstream.asked) == 1

    asyncio.run(main())


def test_a_stale_entry_is_passed_upstream() -> None:
    """The origin can revalidate it (Developer Guide, Expiration)."""

    async def main() -> None:
        upstream = ScriptedUpstream()
        upstream.open.set()
        tier = upstream.make_tier()
        await tier.fetch(make_lookup())
        upstream.now += 100
        await tier.fetch(make_lookup())
        stale = upstream.asked[1][1]
        assert stale is not None
        assert stale.response.body == b"body"

    asyncio.run(main())


def test_a_stale_object_is_served_while_one_request_renews_it() -> None:
    """The question forbids a stale answer from above (Expiration, "stale-while-revalidate")."""

    async def main() -> None:
        upstream = ScriptedUpstream()
        upstream.answer = make_response(cache_control="max-age=10, stale-while-revalidate=10")
        upstream.open.set()
        tier = upstream.make_tier()
        await tier.fetch(make_lookup())
        upstream.now += 15
        upstream.open.clear()
        for _ in range(3):
            stale_hit = tier.look_up(make_lookup())
            assert stale_hit is not None
            assert (stale_hit.result, stale_hit.from_cache) == (HIT, True)
        await turn()
        assert [renew for _, _, renew in upstream.asked] == [False, True]
        upstream.open.set()
        await turn()
        fresh = tier.look_up(make_lookup())
        assert fresh is not None
        assert fresh.entry is not None
        assert fresh.entry.stored_at == upstream.now

    asyncio.run(main())


def test_a_response_that_may_not_be_cached_removes_the_old_one() -> None:
    """A later viewer must not meet what the origin has replaced (RFC 9111, section 4.4)."""

    async def main() -> None:
        upstream = ScriptedUpstream()
        upstream.open.set()
        tier = upstream.make_tier()
        await tier.fetch(make_lookup())
        upstream.now += 100
        upstream.answer = CdnResponse(status=206)
        await tier.fetch(make_lookup())
        assert len(tier) == 0

    asyncio.run(main())


def test_an_incomplete_body_is_not_served_again() -> None:
    """It is fetched again without a condition (our rule; AWS stores no incomplete object)."""

    async def main() -> None:
        upstream = ScriptedUpstream()
        buffer = BufferedBody(size=10)
        upstream.answer = replace(make_response(etag='"1"'), body=buffer)
        upstream.open.set()
        tier = upstream.make_tier()
        await tier.fetch(make_lookup())
        assert tier.look_up(make_lookup()) is not None
        buffer.fail(OSError("reset"))
        assert tier.look_up(make_lookup()) is None
        await tier.fetch(make_lookup(), renew=True)
        assert upstream.asked[1][1] is None

    asyncio.run(main())
