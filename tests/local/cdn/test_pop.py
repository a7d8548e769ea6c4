"""A point of presence: hits, misses, staleness, collapsing, errors."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.cdn.behaviour import Behaviour, CachePolicy
from local.cdn.description import Distribution, OriginConfig
from local.cdn.edge import EdgeFunction
from local.cdn.message import Request, Response
from local.cdn.origin import ScriptedOrigin
from local.cdn.pop import Pop


class Stage:
    """A Pop with a clock that tests move and an origin that tests script."""

    def __init__(
        self,
        policy: CachePolicy,
        answer: Callable[[Request], Response],
        handler: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        self.now = 1000.0
        self.answer = answer
        self.origin = ScriptedOrigin(self._now)
        behaviour = Behaviour(
            path="*", origin="o", cache=policy, origin_request="edge" if handler else None
        )
        self._pop = Pop(
            Distribution(
                id="D",
                domain_name="d.example",
                origins={"o": OriginConfig(type="custom", domain_name="o.example")},
                behaviours=(behaviour,),
                error_ttls={404: 1, 503: 2},
            ),
            origins={"o": self.origin},
            functions={"edge": EdgeFunction(handler)} if handler else {},
            clock=lambda: self.now,
        )

    def _now(self, asked: Request) -> Response:
        return self.answer(asked)

    def get(self, path: str = "/a", method: str = "GET", **headers: str) -> Response:
        return self.gather(request(path, method, **headers))[0]

    def gather(self, *requests: Request) -> list[Response]:
        async def ask() -> list[Response]:
            answers = await asyncio.gather(*(self._pop.answer(each) for each in requests))
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*rest)  # revalidation in the background
            return answers

        return asyncio.run(ask())


def request(path: str = "/a", method: str = "GET", **headers: str) -> Request:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(method=method, path=path, headers=pairs)


def answering(body: bytes = b"body", status: int = 200, **headers: str) -> Callable[..., Response]:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda _request: Response(status=status, headers=pairs, body=body)


MIN_0 = CachePolicy(min_ttl=0, default_ttl=0, max_ttl=1000)


def test_a_kept_response_is_a_hit_with_its_age() -> None:
    """The second request is answered from the cache until max-age is over."""
    stage = Stage(MIN_0, answering(cache_control="max-age=10"))
    assert stage.get().header("x-cache") == "Miss from cloudfront"
    stage.now += 4
    hit = stage.get()
    assert (hit.header("x-cache"), hit.header("age"), hit.body) == (
        "Hit from cloudfront",
        "4",
        b"body",
    )
    stage.now += 6
    assert stage.get().header("x-cache") == "Miss from cloudfront"
    assert len(stage.origin.asked) == 2


def test_no_store_is_not_kept_with_min_ttl_0() -> None:
    """With Min TTL 0 the origin's no-store holds."""
    stage = Stage(MIN_0, answering(cache_control="private, no-store"))
    assert [stage.get().header("x-cache") for _ in "ab"] == ["Miss from cloudfront"] * 2


def test_no_store_is_kept_with_min_ttl_above_0() -> None:
    """A Min TTL above 0 overrides no-store: the mistake that would leak one visitor's text."""
    stage = Stage(replace(MIN_0, min_ttl=1, default_ttl=1), answering(cache_control="no-store"))
    assert [stage.get().header("x-cache") for _ in "ab"] == [
        "Miss from cloudfront",
        "Hit from cloudfront",
    ]


def test_concurrent_requests_for_one_key_ask_the_origin_once() -> None:
    """Two hundred simultaneous requests become one."""
    stage = Stage(MIN_0, answering(cache_control="no-store"))
    answers = stage.gather(*(request() for _ in range(200)))
    assert {answer.body for answer in answers} == {b"body"}
    assert len(stage.origin.asked) == 1


def test_what_is_not_in_the_key_is_shared_and_what_is_in_it_is_not() -> None:
    """Collapsing is by cache key: with the cookie in it, each visitor has their own."""

    def greet(asked: Request) -> Response:
        return Response(status=200, body=str(asked.header("cookie")).encode())

    visitors = [request(cookie=f"edgefill_profile={name}") for name in ("ada", "bob")]
    leaky = Stage(MIN_0, greet).gather(*visitors)
    sound = Stage(replace(MIN_0, cookies=("edgefill_profile",)), greet).gather(*visitors)
    assert len({answer.body for answer in leaky}) == 1
    assert [answer.body for answer in sound] == [b"edgefill_profile=ada", b"edgefill_profile=bob"]


def test_stale_while_revalidate_answers_at_once_and_renews() -> None:
    """Within the window a stale copy serves, and the next request sees the new one."""
    stage = Stage(MIN_0, answering(b"old", cache_control="max-age=5, stale-while-revalidate=60"))
    stage.get()
    stage.now += 6
    stage.answer = answering(b"new", cache_control="max-age=5")
    assert stage.get().body == b"old"
    assert stage.get().body == b"new"
    assert len(stage.origin.asked) == 2


def test_an_expired_object_serves_while_the_origin_fails() -> None:
    """On a 5xx the stale copy stands in, and the origin rests for the error TTL."""
    stage = Stage(MIN_0, answering(cache_control="max-age=5"))
    stage.get()
    stage.answer = answering(b"down", status=503)
    stage.now += 60
    assert [stage.get().body for _ in "ab"] == [b"body", b"body"]
    assert len(stage.origin.asked) == 2
    stage.now += 3
    assert stage.get().status == 200
    assert len(stage.origin.asked) == 3


def test_stale_if_error_bounds_how_long_a_stale_object_serves() -> None:
    """After stale-if-error is over, the origin's error is answered."""
    stage = Stage(MIN_0, answering(cache_control="max-age=5, stale-if-error=10"))
    stage.get()
    stage.answer = answering(b"down", status=503)
    stage.now += 16
    assert stage.get().status == 503


def test_an_expired_object_is_revalidated_by_its_etag() -> None:
    """A 304 from the origin renews the kept copy."""
    stage = Stage(MIN_0, answering(cache_control="max-age=5", etag='"1"'))
    stage.get()
    stage.answer = answering(b"", status=304, cache_control="max-age=7")
    stage.now += 6
    renewed = stage.get()
    assert (renewed.status, renewed.body, renewed.header("x-cache")) == (
        200,
        b"body",
        "RefreshHit from cloudfront",
    )
    assert stage.origin.asked[-1].header("if-none-match") == '"1"'
    stage.now += 6
    assert stage.get().header("x-cache") == "Hit from cloudfront"


def test_errors_are_kept_for_their_own_ttl() -> None:
    """A 404 is not asked for again within its error TTL."""
    stage = Stage(MIN_0, answering(status=404))
    assert [stage.get().header("x-cache") for _ in "ab"] == ["Error from cloudfront"] * 2
    assert len(stage.origin.asked) == 1
    stage.now += 2
    stage.get()
    assert len(stage.origin.asked) == 2


@pytest.mark.parametrize("asked", ['"1"', 'W/"1"', '"0", "1"', "*"])
def test_a_viewer_who_has_the_object_is_told_so(asked: str) -> None:
    """If-None-Match with the object's ETag is a 304 without a body, kept or not."""
    stage = Stage(MIN_0, answering(etag='"1"'))
    answer = stage.get(if_none_match=asked)
    assert (answer.status, answer.body) == (304, b"")
    assert stage.get(if_none_match='"2"').status == 200


def test_head_is_answered_from_a_kept_get_and_keeps_nothing() -> None:
    """HEAD uses what GET stored; its own answer is not stored."""
    stage = Stage(MIN_0, answering(cache_control="max-age=10"))
    stage.get(method="HEAD")
    stage.get()
    assert stage.get(method="HEAD").header("x-cache") == "Hit from cloudfront"
    assert [each.method for each in stage.origin.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(method="POST"), 403),
        (request("/" + "a" * 9000), 414),
        (request(cookie="a" * 33_000), 494),
    ],
)
def test_what_cloudfront_refuses_is_refused(sent: Request, status: int) -> None:
    """Methods, URLs and headers beyond the limits never reach the origin."""
    stage = Stage(MIN_0, answering())
    answer = stage.gather(sent)[0]
    assert (answer.status, answer.header("x-cache")) == (status, "Error from cloudfront")
    assert answer.header("x-edgefill-local-reason")
    assert stage.origin.asked == []


def test_a_response_that_a_function_generates_is_kept_and_the_function_skipped() -> None:
    """CloudFront caches what an origin-request function generates."""
    calls: list[str] = []

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        calls.append(event["Records"][0]["cf"]["request"]["uri"])
        aged = [{"key": "Cache-Control", "value": "max-age=5"}]
        return {"status": "200", "headers": {"cache-control": aged}, "body": "made"}

    stage = Stage(MIN_0, answering(), handler)
    assert stage.get().header("x-cache") == "LambdaGeneratedResponse from cloudfront"
    hit = stage.get()
    assert (hit.header("x-cache"), hit.body) == ("Hit from cloudfront", b"made")
    assert calls == ["/a"]
    assert stage.origin.asked == []


def test_a_request_that_a_function_passes_on_goes_to_the_origin_as_changed() -> None:
    """Headers that the function sets reach the origin; the viewer's forged ones do not."""

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        passed: dict[str, Any] = event["Records"][0]["cf"]["request"]
        assert "x-edgefill-key" not in passed["headers"]
        passed["headers"]["x-edgefill-key"] = [{"key": "X-Edgefill-Key", "value": "a/de/any"}]
        return passed

    stage = Stage(MIN_0, answering(), handler)
    stage.get(x_edgefill_key="forged")
    assert stage.origin.asked[0].header("x-edgefill-key") == "a/de/any"
