"""The API failed and CloudFront requests the second origin: the edge has to answer."""

from typing import Any

import pytest

from tests.lambdas.edge.responses import header

S3 = {"s3": {"domainName": "bucket.s3.us-east-1.amazonaws.com", "customHeaders": {}}}


@pytest.fixture
def ask(edge: Any, make_event: Any) -> Any:
    """Requests as CloudFront does after the group's first origin failed."""

    def get(path: str) -> Any:
        event = make_event(path, headers={"cookie": ""})
        event["Records"][0]["cf"]["request"]["origin"] = S3
        return edge.handle(event, None)

    return get


def test_a_miss_is_the_fallback(ask: Any) -> None:
    """Hand-written, and never cached."""
    response = ask("/p/order-delayed")
    assert (response["status"], response["body"]) == ("200", "Fallback")
    assert header(response, "X-Edgefill") == (
        "fallback; template=order-delayed/en/basic; reason=api"
    )
    assert "no-store" in (header(response, "Cache-Control") or "")


def test_hits_and_refusals_are_unchanged(ask: Any) -> None:
    """Neither needs the API."""
    assert ask("/p/sale")["body"] == "2 days left"
    assert ask("/p/nothing")["status"] == "404"
    assert ask("/p/members")["status"] == "401"


def test_without_the_store_too_it_is_a_problem(edge: Any, ask: Any) -> None:
    """There is no text to serve, and CloudFront must not request a page from the bucket."""
    edge.store.down = True
    response = ask("/p/order-delayed")
    assert response["status"] == "503"
    assert "store-unavailable" in response["body"]
    assert header(response, "Content-Type") == "application/problem+json"


def test_a_corrupt_fallback_is_a_problem_too(edge: Any, ask: Any) -> None:
    """CloudFront must not send the request to the bucket."""
    path = "t/r/r1/order-delayed/en.json"
    edge.store.objects[path] = edge.store.objects[path].replace(b'"Fallback"', b"7")
    assert ask("/p/order-delayed")["status"] == "503"
