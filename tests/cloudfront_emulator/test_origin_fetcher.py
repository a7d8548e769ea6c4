"""Fetches from origins: caching, revalidation, errors, functions, groups."""

import gzip
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import brotli
import pytest

from cloudfront_emulator.cache.x_cache import ERROR, GENERATED, REFRESH_HIT
from cloudfront_emulator.distribution import (
    CachePolicy,
    ErrorResponse,
    FunctionConfig,
    Origin,
    OriginGroup,
)
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.response.pages import make_error_page
from tests.cloudfront_emulator.scripted import (
    HIT,
    KEEPING,
    MISS,
    NOON,
    NetworkStage,
    make_behaviour,
    make_response,
)

Staging = Callable[..., NetworkStage]
MIN_0 = CachePolicy(min_ttl=0, default_ttl=100, max_ttl=1000)
MIN_10 = replace(MIN_0, min_ttl=10)


@pytest.mark.parametrize(
    ("policy", "cache_control", "seconds_cached"),
    [
        (MIN_0, None, 100),
        (MIN_0, "max-age=50", 50),
        (MIN_0, "max-age=50, s-maxage=70", 70),
        (MIN_0, "max-age=5000", 1000),
        (MIN_0, "max-age=0", 0),
        (MIN_0, "no-store", 0),
        (MIN_0, "no-cache", 0),
        (MIN_0, "private, max-age=50", 0),
        (MIN_10, None, 100),
        (MIN_10, "max-age=5", 10),
        (MIN_10, "max-age=50", 50),
        (MIN_10, "no-store", 10),
        (MIN_10, "no-cache", 10),
        (MIN_10, "private", 10),
        (replace(MIN_0, max_ttl=0, default_ttl=0), "max-age=50", 0),
    ],
)
def test_the_ttls_and_cache_control_say_how_long(
    staging: Staging, policy: CachePolicy, cache_control: str | None, seconds_cached: int
) -> None:
    """Every row of the table on the Developer Guide's page Expiration."""
    stage = staging(make_behaviour("*", policy))
    stage.origin.respond_with(
        make_response(cache_control=cache_control) if cache_control else make_response()
    )
    assert stage.get_results("/a") == [MISS]
    if seconds_cached:
        stage.clock.advance(seconds_cached - 1)
        assert stage.get_results("/a") == [HIT]
        stage.clock.advance(1)
    assert stage.get_results("/a") == [MISS]


def test_expires_counts_where_there_is_no_max_age(staging: Staging) -> None:
    """Developer Guide, Expiration."""
    stage = staging()
    stage.origin.respond_with(make_response(expires="Sun, 15 Jun 2025 15:07:20 GMT"))  # NOON + 40
    assert NOON == 1_750_000_000
    stage.get()
    stage.clock.advance(39)
    assert stage.get_results("/a") == [HIT]
    stage.clock.advance(1)
    assert stage.get_results("/a") == [MISS]


def test_a_stale_object_is_revalidated_and_a_304_renews_it(staging: Staging) -> None:
    """Developer Guide, Expiration, "the origin returns 304": the headers are the newer ones."""
    stage = staging()
    seconds_cached = make_response(
        etag='"1"', last_modified="Sat, 14 Jun 2025 15:00:00 GMT", x_version="1"
    )
    stage.origin.respond_with(
        seconds_cached, CdnResponse(status=304, headers=(("x-version", "2"),))
    )
    stage.get()
    stage.clock.advance(101)
    renewed = stage.get()
    assert renewed.header("x-cache") == REFRESH_HIT
    assert (renewed.status, renewed.body, renewed.header("x-version")) == (200, b"body", "2")
    origin_request = stage.origin.requests[1]
    assert origin_request.header("if-none-match") == '"1"'
    assert origin_request.header("if-modified-since") == "Sat, 14 Jun 2025 15:00:00 GMT"
    stage.clock.advance(99)
    assert stage.get_results("/a") == [HIT]


def test_stale_while_revalidate_answers_at_once_and_fetches_once(staging: Staging) -> None:
    """However many ask meanwhile (Developer Guide, Expiration, "stale-while-revalidate")."""
    stage = staging(pops=2)
    old, new = (
        make_response(body, cache_control="max-age=10, stale-while-revalidate=50")
        for body in (b"old", b"new")
    )
    stage.origin.respond_with(old, new)
    for place in ("1", "2"):
        stage.get(x_emulator_pop=place)
    stage.clock.advance(20)
    stage.origin.hold()
    for place in ("1", "2", "1"):
        answer = stage.get(x_emulator_pop=place)
        assert (answer.body, answer.header("x-cache"), answer.header("age")) == (b"old", HIT, "20")
    assert len(stage.origin.requests) == 2
    stage.origin.release()
    stage.settle()
    assert [stage.get(x_emulator_pop=place).body for place in ("1", "2")] == [b"new"] * 2
    assert len(stage.origin.requests) == 2


def test_after_its_time_nothing_stale_is_served(staging: Staging) -> None:
    """Developer Guide, Expiration: stale-while-revalidate is a number of seconds."""
    stage = staging()
    stage.origin.respond_with(make_response(cache_control="max-age=10, stale-while-revalidate=50"))
    stage.get()
    stage.clock.advance(60)
    assert stage.get_results("/a") == [MISS]


def test_stale_if_error_serves_while_the_origin_fails(staging: Staging) -> None:
    """And asks again only after the error's TTL (Expiration and HTTPStatusCodes)."""
    stage = staging()
    stage.origin.respond_with(
        make_response(cache_control="max-age=10, stale-if-error=60"), make_response(b"", 503)
    )
    stage.get()
    stage.clock.advance(11)
    assert [stage.get().body for _ in range(3)] == [b"body"] * 3
    assert len(stage.origin.requests) == 2
    stage.clock.advance(60)
    answer = stage.get()
    assert (answer.status, answer.header("x-cache")) == (503, ERROR)


def test_a_404_replaces_a_stale_object(staging: Staging) -> None:
    """Only a 5xx lets the old object serve (Developer Guide, HTTPStatusCodes)."""
    stage = staging()
    stage.origin.respond_with(
        make_response(cache_control="max-age=10, stale-if-error=60"), make_response(b"", 404)
    )
    stage.get()
    stage.clock.advance(11)
    assert stage.get().status == 404


@pytest.mark.parametrize(
    ("status", "rule", "seconds_cached"), [(404, None, 10), (503, 3, 3), (500, 0, 0)]
)
def test_an_error_is_cached_for_its_own_ttl(
    staging: Staging, status: int, rule: float | None, seconds_cached: int
) -> None:
    """ErrorCachingMinTTL, 10 seconds by default (Developer Guide, HTTPStatusCodes)."""
    errors = {} if rule is None else {status: ErrorResponse(status=status, min_ttl=rule)}
    stage = staging(errors=errors)
    stage.origin.respond_with(make_response(b"", status))
    stage.get()
    if seconds_cached:
        stage.clock.advance(seconds_cached - 1)
        stage.get()
    assert len(stage.origin.requests) == 1
    stage.clock.advance(1)
    stage.get()
    assert len(stage.origin.requests) == 2


def test_a_page_replaces_an_error_and_lives_as_long(staging: Staging) -> None:
    """Its status and path are the distribution's (GeneratingCustomErrorResponses)."""
    rule = {503: ErrorResponse(status=503, min_ttl=5, page="/down.html", page_status=200)}
    pages = make_behaviour("/down.html", origin="spare")
    stage = staging(pages, make_behaviour(), errors=rule)
    stage.origin.respond_by_path(
        a=make_response(b"", 503), b=make_response(b"", 503), down=make_response(b"sorry")
    )
    answer = stage.get("/a")
    assert (answer.status, answer.body, answer.header("x-cache")) == (200, b"sorry", ERROR)
    assert answer.header("x-emulator-reason") == "in place of 503"
    stage.clock.advance(4)
    stage.get("/a"), stage.get("/b")
    assert stage.origin.origins == ["site", "spare", "site"]
    stage.clock.advance(1)
    stage.get("/a")
    assert stage.origin.origins == ["site", "spare", "site", "site"]


def test_a_group_asks_its_second_origin(staging: Staging) -> None:
    """On a listed status and without a response (high_availability_origin_failover)."""
    group = OriginGroup(id="both", primary="site", secondary="spare", statuses=frozenset({500}))
    methods = frozenset({"GET", "HEAD", "POST"})
    stage = staging(make_behaviour(origin="both", methods=methods), groups={"both": group})
    ill = {
        "/a": make_response(b"", 500),
        "/b": replace(make_error_page(502, "down"), unanswered=True),
    }

    def answer(origin_request: CdnRequest, origin: Origin) -> CdnResponse:
        return (
            make_response(b"spare")
            if origin.id == "spare"
            else ill.get(origin_request.path, make_response(b"", 404))
        )

    stage.origin.answer = answer
    assert [stage.get(path).body for path in ("/a", "/b", "/a")] == [b"spare"] * 3
    assert stage.get("/c").status == 404
    assert stage.get("/a", "POST").status == 500


def test_each_coding_is_an_object_of_its_own(staging: Staging) -> None:
    """By the normalised Accept-Encoding (Developer Guide, ServingCompressedFiles)."""
    stage = staging(make_behaviour("*", replace(KEEPING, gzip=True, brotli=True), compress=True))
    stage.origin.respond_with(make_response(b"x" * 2000, content_type="text/html", etag='"1"'))
    brotlied = stage.get(accept_encoding="gzip, deflate, br")
    zipped = stage.get(accept_encoding="gzip;q=0.5, x")
    plain = stage.get()
    assert isinstance(brotlied.body, bytes)
    assert isinstance(zipped.body, bytes)
    assert brotli.decompress(brotlied.body) == gzip.decompress(zipped.body) == plain.body
    assert [each.header("x-cache") for each in (brotlied, zipped, plain)] == [MISS] * 3
    assert (zipped.header("content-encoding"), zipped.header("etag")) == ("gzip", 'W/"1"')
    assert stage.get(accept_encoding="br, gzip").header("x-cache") == HIT
    origin_request = [each.header("accept-encoding") for each in stage.origin.requests]
    assert origin_request == ["br,gzip", "gzip", None]


@pytest.fixture
def functions(tmp_path: Path) -> dict[str, FunctionConfig]:
    """One that answers `/made` itself, fails for `/bad` and marks what the origin answers."""
    source = """
    def handler(event, context):
        part = event["Records"][0]["cf"]
        if part["config"]["eventType"] == "origin-request":
            if part["request"]["uri"] == "/bad":
                raise ValueError("secret")
            age = [{"key": "Cache-Control", "value": "max-age=20"}]
            made = {"status": "200", "body": "made", "headers": {"cache-control": age}}
            return made if part["request"]["uri"] == "/made" else part["request"]
        part["response"]["headers"]["x-marked"] = [{"key": "X-Marked", "value": "1"}]
        return part["response"]
    """
    (tmp_path / "index.py").write_text(textwrap.dedent(source))
    function_code = FunctionConfig(
        id="Fn", code=tmp_path, handler="index.handler", runtime="python3.13"
    )
    return {"Fn": function_code}


def test_a_response_of_an_origin_request_function_is_cached(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """As an origin's would be (Developer Guide, lambda-generating-http-responses)."""
    stage = staging(make_behaviour("*", KEEPING, "origin-request"), functions=functions)
    assert stage.get_results("/made", "/made") == [GENERATED, HIT]
    stage.clock.advance(20)
    assert stage.get_results("/made") == [GENERATED]
    assert stage.origin.requests == []


def test_a_response_changed_by_an_origin_response_function_is_cached(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """Developer Guide, lambda-cloudfront-trigger-events: before the object is cached."""
    stage = staging(make_behaviour("*", KEEPING, "origin-response"), functions=functions)
    assert [stage.get().header("x-marked") for _ in range(2)] == ["1", "1"]


def test_a_function_that_raises_is_a_503_that_says_why(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """It shows nothing of the visitor's (Developer Guide, http-503-service-unavailable).

    X-Cache names the failure; once cached, it is an Error (serverless-next.js#181).
    """
    stage = staging(make_behaviour("*", KEEPING, "origin-request"), functions=functions)
    answer = stage.get("/bad")
    assert answer.status == 503
    assert answer.header("x-cache") == "LambdaExecutionError from cloudfront"
    assert stage.get_results("/bad") == [ERROR]
    reason = answer.header("x-emulator-reason") or ""
    assert "LambdaExecutionError" in reason
    assert "secret" not in reason
