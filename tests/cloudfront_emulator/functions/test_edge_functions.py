"""The four triggers with functions in child processes, as their viewers see them."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import Behaviour
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.message import CdnRequest, CdnResponse
from tests.cloudfront_emulator.functions.conftest import API, CTX, OTHER, make_distribution, run

Write = Callable[..., Path]
SENT = CdnRequest(method="GET", path="/p/a", query="a=1", headers=(("host", "d.cloudfront.net"),))
GIVEN = CdnResponse(
    status=200, headers=(("content-type", "text/plain"), ("content-length", "4")), body=b"body"
)


def make_use(trigger: str, request: CdnRequest = SENT) -> Callable[[EdgeFunctions, Behaviour], Any]:
    async def use(functions: EdgeFunctions, behaviour: Behaviour) -> Any:
        if trigger == "viewer-request":
            return await functions.run_viewer_request(behaviour, request, CTX)
        return await functions.run_origin_request(behaviour, request, API, CTX)

    return use


def test_a_behaviour_without_functions_passes_everything_unchanged(write: Write) -> None:
    """Developer Guide, lambda-cloudfront-trigger-events: only associated triggers run."""

    async def use(functions: EdgeFunctions, behaviour: Behaviour) -> None:
        assert await functions.run_viewer_request(behaviour, SENT, CTX) is SENT
        assert await functions.run_origin_request(behaviour, SENT, API, CTX) == (SENT, API)
        assert await functions.run_origin_response(behaviour, SENT, API, GIVEN, CTX) is GIVEN
        assert await functions.run_viewer_response(behaviour, SENT, GIVEN, CTX) is GIVEN

    run(make_distribution(write("")), use)


def test_a_viewer_request_function_changes_the_request(write: Write) -> None:
    """lambda-event-structure: uri, querystring and headers are read/write."""
    code = write("""
        def handler(event, context):
            request = event["Records"][0]["cf"]["request"]
            assert "origin" not in request
            request["uri"] = "/changed"
            request["querystring"] = "b=2"
            request["headers"]["x-added"] = [{"value": "1"}]
            return request
    """)
    after = run(make_distribution(code, "viewer-request"), make_use("viewer-request"))
    assert (after.path, after.query) == ("/changed", "b=2")
    assert after.header("x-added") == "1"
    assert after.header("host") == "d.cloudfront.net"


def test_an_origin_request_function_chooses_another_origin(write: Write) -> None:
    """lambda-event-structure, `origin`: the request goes to the origin that the result names."""
    code = write("""
        def handler(event, context):
            request = event["Records"][0]["cf"]["request"]
            request["origin"]["custom"]["domainName"] = "other.example.org"
            request["headers"]["host"] = [{"key": "Host", "value": "other.example.org"}]
            return request
    """)
    request, origin = run(make_distribution(code, "origin-request"), make_use("origin-request"))
    assert (origin.id, origin.domain_name) == (OTHER.id, OTHER.domain_name)
    assert request.header("user-agent") == "Amazon CloudFront"


@pytest.mark.parametrize("trigger", ["viewer-request", "origin-request"])
def test_a_request_trigger_generates_a_response(write: Write, trigger: Any) -> None:
    """lambda-generating-http-responses: only `status` is required."""
    code = write("def handler(e, c): return {'status': '302', 'body': 'x'}")
    answer = run(make_distribution(code, trigger), make_use(trigger))
    assert answer == CdnResponse(status=302, body=b"x", generated=True)


def test_an_origin_response_function_replaces_status_headers_and_body(write: Write) -> None:
    """lambda-generating-http-responses, "Update HTTP responses in origin response triggers"."""
    code = write("""
        def handler(event, context):
            cf = event["Records"][0]["cf"]
            assert cf["request"]["origin"] and "body" not in cf["response"]
            return cf["response"] | {"status": 203, "body": "another"}
    """)

    async def use(functions: EdgeFunctions, behaviour: Behaviour) -> CdnResponse:
        return await functions.run_origin_response(behaviour, SENT, API, GIVEN, CTX)

    after = run(make_distribution(code, "origin-response"), use)
    assert (after.status, after.body) == (203, b"another")
    assert after.header("content-length") == "7"


def test_a_viewer_response_function_changes_only_headers(write: Write) -> None:
    """lambda-at-edge-function-restrictions, "HTTP status codes": a changed status is a 502."""
    code = write("""
        def handler(event, context):
            response = event["Records"][0]["cf"]["response"]
            response["headers"]["x-seen"] = [{"value": "1"}]
            if event["Records"][0]["cf"]["request"]["uri"] == "/bad":
                response["status"] = "404"
            return response
    """)

    async def use(functions: EdgeFunctions, behaviour: Behaviour) -> list[CdnResponse]:
        bad = CdnRequest(method="GET", path="/bad")
        return [await functions.run_viewer_response(behaviour, x, GIVEN, CTX) for x in (SENT, bad)]

    good, bad = run(make_distribution(code, "viewer-response"), use)
    assert (good.header("x-seen"), good.body) == ("1", b"body")
    assert (bad.status, bad.reason) == (
        502,
        "LambdaValidationError: a viewer-response function may not change the status",
    )


@pytest.mark.parametrize("result", ["None", "'text'", "[]", "{}"])
def test_a_result_that_is_not_an_object_is_a_502(write: Write, result: str) -> None:
    """http-502-bad-gateway, "Lambda function result failed validation"."""
    code = write(f"def handler(e, c): return {result}")
    page = run(make_distribution(code, "origin-request"), make_use("origin-request"))
    assert page.status == 502
    assert page.reason.startswith("LambdaValidationError: the function returned")


def test_a_result_that_is_not_json_is_a_503(write: Write) -> None:
    """Lambda Developer Guide, python-handler: Runtime.MarshalError is an error of the function."""
    code = write("def handler(e, c): return {'status': object()}")
    page = run(make_distribution(code, "origin-request"), make_use("origin-request"))
    assert (page.status, page.reason) == (
        503,
        "LambdaExecutionError: Fn: it raised Runtime.MarshalError",
    )


def test_a_handler_cannot_change_the_request_that_it_is_compared_with(write: Write) -> None:
    """edge-function-restrictions-all: a read-only header changed in place is still found out."""
    code = write("""
        def handler(event, context):
            request = event["Records"][0]["cf"]["request"]
            request["headers"]["via"][0]["value"] = "me"
            return request
    """)
    page = run(make_distribution(code, "origin-request"), make_use("origin-request"))
    assert "'via'" in page.reason


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 10_240):
        yield b"x" * 10_240


@pytest.mark.parametrize(
    ("trigger", "limit"), [("viewer-request", 40 * 1024), ("origin-request", 1024 * 1024)]
)
def test_a_long_body_is_truncated_only_for_the_function(
    write: Write, trigger: Any, limit: int
) -> None:
    """lambda-at-edge-function-restrictions, include body: 40 KB for viewers, 1 MB for origins."""
    code = write(f"""
        import base64
        def handler(event, context):
            request = event["Records"][0]["cf"]["request"]
            body = request["body"]
            assert body["inputTruncated"] and body["action"] == "read-only"
            assert len(base64.b64decode(body["data"])) == {limit}
            return request
    """)
    original = CdnRequest(method="POST", path="/", body=chunks(limit + 20_480))

    async def use(functions: EdgeFunctions, behaviour: Behaviour) -> int:
        forwarded = await make_use(trigger, original)(functions, behaviour)
        body = (forwarded if isinstance(forwarded, CdnRequest) else forwarded[0]).body
        assert not isinstance(body, bytes)
        return sum([len(chunk) async for chunk in body])

    read = run(make_distribution(code, trigger, include_body=True), use)
    assert read == (limit + 20_480) // 10_240 * 10_240 > limit


def test_a_replaced_body_goes_to_the_origin(write: Write) -> None:
    """lambda-event-structure, `body`: action replace with encoding text."""
    code = write("""
        def handler(event, context):
            request = event["Records"][0]["cf"]["request"]
            request["body"].update(action="replace", encoding="text", data="new")
            return request
    """)
    request = CdnRequest(method="POST", path="/", body=b"old!", headers=(("content-length", "4"),))
    distribution = make_distribution(code, "origin-request", include_body=True)
    forwarded, _ = run(distribution, make_use("origin-request", request))
    assert (forwarded.body, forwarded.header("content-length")) == (b"new", "3")
