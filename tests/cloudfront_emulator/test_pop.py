"""An edge location: responses from cached objects, and viewer functions."""

import textwrap
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cloudfront_emulator.cache.x_cache import ERROR, GENERATED
from cloudfront_emulator.distribution import (
    CorsConfig,
    ErrorResponse,
    FunctionConfig,
    HeaderRule,
    ResponseHeadersPolicy,
)
from cloudfront_emulator.message import CdnRequest
from cloudfront_emulator.pop import refuse_request
from cloudfront_emulator.response.pages import INVALID_RESULT
from tests.cloudfront_emulator.scripted import (
    HIT,
    KEEPING,
    MISS,
    OFF,
    NetworkStage,
    make_behaviour,
    make_request,
    make_response,
)

Staging = Callable[..., NetworkStage]
FUNCTION = """
def handler(event, context):
    part = event["Records"][0]["cf"]
    trigger, request = part["config"]["eventType"], part["request"]
    made = {"status": "200", "body": "made"}
    if trigger == "viewer-request":
        return made if request["uri"] == "/made" else request | {"uri": "/rewritten"}
    seen = sorted(part["response"]["headers"])
    part["response"]["headers"]["x-seen"] = [{"key": "X-Seen", "value": " ".join(seen)}]
    if request["uri"] == "/bad":
        part["response"]["headers"]["via"] = [{"key": "Via", "value": "me"}]
    return part["response"]
"""


@pytest.fixture
def functions(tmp_path: Path) -> dict[str, FunctionConfig]:
    """The function of viewer triggers."""
    (tmp_path / "index.py").write_text(textwrap.dedent(FUNCTION))
    function_code = FunctionConfig(
        id="Fn", code=tmp_path, handler="index.handler", runtime="python3.13"
    )
    return {"Fn": function_code}


def test_a_miss_then_a_hit_with_its_age(staging: Staging) -> None:
    """And what CloudFront adds to both (RequestAndResponseBehaviorCustomOrigin)."""
    stage = staging()
    first = stage.get()
    stage.clock.advance(7.9)
    second = stage.get()
    assert (first.header("x-cache"), first.header("age")) == (MISS, None)
    assert (second.header("x-cache"), second.header("age")) == (HIT, "7")
    assert second.header("via") == "1.1 d.example (CloudFront)"
    assert second.header("x-amz-cf-pop") == "LOC1-P1"
    assert first.header("x-amz-cf-id") != second.header("x-amz-cf-id")


def test_an_origins_age_is_continued(staging: Staging) -> None:
    """RFC 9111, section 4.2.3; the Developer Guide does not mention it."""
    stage = staging()
    stage.origin.respond_with(make_response(cache_control="max-age=50", age="20"))
    assert stage.get().header("age") == "20"
    stage.clock.advance(29)
    assert stage.get().header("age") == "49"
    stage.clock.advance(2)
    assert stage.get().header("x-cache") == MISS


def test_head_is_answered_from_a_cached_get(staging: Staging) -> None:
    """Developer Guide, DownloadDistValuesCacheBehavior, "Cached HTTP methods"."""
    stage = staging()
    stage.get()
    head = stage.get(method="HEAD")
    assert (head.header("x-cache"), head.header("content-length")) == (HIT, "4")
    assert len(stage.origin.requests) == 1


def test_a_head_that_misses_caches_nothing(staging: Staging) -> None:
    """It has no body that a GET could be answered with."""
    stage = staging(make_behaviour(compress=True))
    stage.origin.respond_with(
        make_response(b"", content_length="4000", content_type="text/html"), make_response()
    )
    assert stage.get(method="HEAD").header("content-length") == "4000"
    assert stage.get().header("x-cache") == MISS


def test_ranges_are_cut_from_the_cached_object(staging: Staging) -> None:
    """The origin gets one request for the whole object (Developer Guide, RangeGETs)."""
    stage = staging()
    stage.origin.respond_with(make_response(b"0123456789"))
    first = stage.get(range="bytes=2-3")
    assert (first.status, first.body, first.header("content-range")) == (
        206,
        b"23",
        "bytes 2-3/10",
    )
    rest = stage.get(range="bytes=-1")
    assert (rest.header("x-cache"), rest.body) == (HIT, b"9")
    assert stage.get(range="bytes=10-").status == 416
    assert [each.header("range") for each in stage.origin.requests] == [None]


@pytest.mark.parametrize("body", [b"x", b"x" * 100])
@pytest.mark.parametrize("streamed", [True, False])
def test_a_get_with_a_body_is_refused(staging: Staging, body: bytes, *, streamed: bool) -> None:
    """With a 403; an empty body is none ("GET requests that include a body")."""

    async def stream(content: bytes) -> AsyncIterator[bytes]:
        yield b""
        yield content

    stage = staging()
    refused = replace(make_request(), body=stream(body) if streamed else body)
    (answer,) = stage.get_all(refused)
    assert (answer.status, answer.header("x-cache")) == (403, ERROR)
    (answer,) = stage.get_all(replace(make_request(), body=stream(b"") if streamed else b""))
    assert answer.status == 200
    assert len(stage.origin.requests) == 1


@pytest.mark.parametrize("path", ["*", "a", "", "http://h/a", "/ä", "/a\x7f", "/€"])
def test_a_target_that_is_no_path_is_refused(staging: Staging, path: str) -> None:
    """`GET *` and bytes that a URL cannot have are a 400 (RFC 9112, section 3.2)."""
    stage = staging()
    answer = stage.get(path)
    assert (answer.status, answer.header("x-cache")) == (400, ERROR)
    assert stage.get(query="ä").status == 400
    assert stage.origin.requests == []


def test_the_default_root_object_replaces_only_the_root(staging: Staging) -> None:
    """Developer Guide, DefaultRootObject."""
    stage = staging(default_root_object="index.html")
    assert stage.get_results("/", "/index.html", "/sub/") == [MISS, HIT, MISS]
    assert [each.path for each in stage.origin.requests] == ["/index.html", "/sub/"]


def test_a_method_that_is_not_allowed_is_refused(staging: Staging) -> None:
    """With a 403 of CloudFront's own (Developer Guide, http-403-permission-denied)."""
    stage = staging()
    answer = stage.get(method="DELETE")
    assert (answer.status, answer.header("x-cache")) == (403, ERROR)
    assert "DELETE" in (answer.header("x-emulator-reason") or "")
    assert stage.origin.requests == []


def test_x_cache_is_error_for_every_error(staging: Staging) -> None:
    """X-Cache of a new and of a cached error, and of a custom page with status 200.

    Developer Guide, HTTPStatusCodes.
    """
    rule = {403: ErrorResponse(status=403, page="/index.html", page_status=200)}
    stage = staging(errors=rule)
    stage.origin.respond_by_path(
        a=make_response(status=404),
        b=make_response(status=403, cache_control="max-age=9"),
        index=make_response(b"page"),
    )
    assert stage.get_results("/a", "/a", "/b", "/b") == [ERROR] * 4
    assert (stage.get("/b").status, stage.get("/b").body) == (200, b"page")


def test_the_headers_policy_comes_before_the_viewer_response_function(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """Developer Guide, understanding-response-headers-policies: on hits and misses alike."""
    policy = ResponseHeadersPolicy(
        remove=frozenset({"x-powered-by"}),
        set=(HeaderRule(name="X-Frame-Options", value="DENY"),),
        cors=CorsConfig(origins=("*",), methods=("GET",), headers=("*",)),
    )
    stage = staging(
        make_behaviour("*", KEEPING, "viewer-response", response_headers=policy),
        functions=functions,
    )
    stage.origin.respond_with(make_response(x_powered_by="php"))
    for result in (MISS, HIT):
        answer = stage.get(origin="https://shop.example")
        assert answer.header("x-cache") == result
        assert answer.header("access-control-allow-origin") == "*"
        seen = (answer.header("x-seen") or "").split()
        assert "x-frame-options" in seen
        assert "x-powered-by" not in seen


def test_the_viewer_response_function_runs_on_hits_and_not_on_errors(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """Nor on custom error pages (Developer Guide, lambda-cloudfront-trigger-events)."""
    rule = {403: ErrorResponse(status=403, page="/page.html", page_status=200)}
    stage = staging(
        make_behaviour("*", KEEPING, "viewer-response"), functions=functions, errors=rule
    )
    stage.origin.respond_by_path(
        a=make_response(),
        b=make_response(status=404),
        c=make_response(status=403),
        page=make_response(b"page"),
    )
    ran = {path: stage.get(path).header("x-seen") is not None for path in ("/a", "/a", "/b", "/c")}
    assert ran == {"/a": True, "/b": False, "/c": False}


def test_a_viewer_response_that_is_not_valid_is_an_error(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """A 502 each time; the object stays cached (Developer Guide, http-502-bad-gateway)."""
    stage = staging(make_behaviour("*", KEEPING, "viewer-response"), functions=functions)
    answers = [stage.get("/bad") for _ in range(2)]
    reason_part = (502, "LambdaValidationError from cloudfront")
    assert [(each.status, each.header("x-cache")) for each in answers] == [reason_part] * 2
    assert INVALID_RESULT in str(answers[0].body)
    assert len(stage.origin.requests) == 1


def test_a_response_of_a_viewer_request_function_is_never_cached(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """And no viewer-response runs on it (Developer Guide, lambda-generating-http-responses)."""
    both = make_behaviour("*", KEEPING, "viewer-request", "viewer-response")
    stage = staging(both, functions=functions)
    answers = [stage.get("/made") for _ in range(2)]
    assert [each.header("x-cache") for each in answers] == [GENERATED] * 2
    assert [each.header("x-seen") for each in answers] == [None] * 2
    assert stage.origin.requests == []


def test_a_path_that_a_function_changes_is_keyed_and_does_not_change_the_behaviour(
    staging: Staging, functions: dict[str, FunctionConfig]
) -> None:
    """Developer Guide, edge-function-restrictions-all, "URI"."""
    stage = staging(
        make_behaviour("/a", KEEPING, "viewer-request"),
        make_behaviour("/rewritten", OFF, origin="spare"),
        make_behaviour("/b", KEEPING, "viewer-request"),
        make_behaviour(),
        functions=functions,
    )
    assert stage.get_results("/a", "/b") == [MISS, HIT]
    assert [each.path for each in stage.origin.requests] == ["/rewritten"]
    assert stage.origin.origins == ["site"]


METHODS = {"GET", "HEAD"}


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    [
        (CdnRequest(method="PUT", path="/"), 403, "PUT is not among GET, HEAD"),
        (CdnRequest(method="GET", path="/", query="q" * 8191), 414, "under 8192"),
        (CdnRequest(method="GET", path="/", headers=(("a", "b" * 20_480),)), 494, "20480 bytes"),
    ],
)
def test_a_request_beyond_the_quotas_goes_no_further(
    request_: CdnRequest, status: int, reason: str
) -> None:
    """ "General quotas", and AllowedMethods of the behaviour."""
    page = refuse_request(request_, METHODS)
    assert page is not None
    assert page.status == status
    assert reason in page.reason


def test_a_request_within_the_quotas_passes() -> None:
    """At the limits themselves."""
    headers = (("a", "b" * 20_479),)
    assert refuse_request(CdnRequest(method="GET", path="/", headers=headers), METHODS) is None
