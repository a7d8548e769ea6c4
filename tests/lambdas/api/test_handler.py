"""The API as Lambda calls it: Function URL events in, responses out."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lambdas.api.app import create_app
from lambdas.api.handler import create_handler

EVENT = json.loads((Path(__file__).parents[2] / "events" / "function_url_v2.json").read_text())
GOLD = "order-delayed/de/gold.any"

Call = Callable[..., dict[str, Any]]


def event(path: str, query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    """AWS's example event with another request."""
    context = EVENT["requestContext"]
    http = context["http"] | {"method": method, "path": path}
    viewer_headers = {name.replace("_", "-"): text for name, text in headers.items()}
    changes = {
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": context["domainName"]} | viewer_headers,
        "requestContext": context | {"http": http},
    }
    return {k: v for k, v in EVENT.items() if k not in ("body", "cookies")} | changes


@pytest.fixture
def call(world: Any, good: Any) -> Call:
    """The handler over in-memory adapters."""
    handle = create_handler(create_app(world(good).dependencies))
    return lambda *arguments, **headers: handle(event(*arguments, **headers), None)


def test_a_miss_is_answered(call: Call, token: Any) -> None:
    """With the edge's key and the visitor's token in headers that only the edge can set."""
    answer = call("/p/order-delayed", x_edgefill_key=GOLD, x_edgefill_profile=token(name="Ada"))
    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is False
    assert "Hallo Ada," in answer["body"]
    headers = answer["headers"]
    assert headers["x-edgefill"] == f"miss; template={GOLD}; generated=true"
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "private, no-store, stale-if-error=0"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert "cookies" not in answer


def test_a_cookie_or_a_bearer_token_is_not_looked_at(call: Call, token: Any) -> None:
    """The edge moves them to its own header; accepting them here would bypass it."""
    profile_token = token(name="Ada")
    answer = call("/p/order-delayed", authorization=f"Bearer {profile_token}",
                  cookie=f"edgefill_profile={profile_token}")  # fmt: skip
    assert "Ada" not in answer["body"]


def test_a_value_beyond_ascii_survives(call: Call, token: Any) -> None:
    """As UTF-8 text, not base64."""
    answer = call("/p/order-delayed", x_edgefill_profile=token(name="Ödön 🦦"))
    assert "Ödön 🦦" in answer["body"]


@pytest.mark.parametrize(
    ("path", "query", "status", "title"),
    [
        ("/p/order-lost", "", 404, "Unknown experience"),
        ("/p/order-delayed", "locale=de&locale=en", 400, "Bad query"),
        ("/p/order-delayed", "locale=de;DROP", 400, "Bad locale"),
        ("/p/", "", 404, "Unknown experience"),
        ("/p/order-delayed/de", "", 404, "Unknown experience"),
        ("/p/order%2Fdelayed", "", 404, "Unknown experience"),
        ("/", "", 404, "Unknown experience"),
        ("/docs", "", 404, "Unknown experience"),
    ],
)
def test_an_invalid_request_is_a_problem(
    call: Call, path: str, query: str, status: int, title: str
) -> None:
    """problem+json, as text."""
    answer = call(path, query)
    assert answer["statusCode"] == status
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert json.loads(answer["body"])["title"] == title


@pytest.mark.parametrize(
    "path",
    ["/p/order-delayed/", "/p/%6frder-delayed", "/p/order%2Ddelayed", "/p/%6F%72der-delayed/"],
)
def test_a_path_is_read_in_any_spelling(call: Call, path: str) -> None:
    """A trailing slash or an encoded character changes nothing, nor does a campaign's parameter."""
    answer = call(
        path, "utm_source=news&utm_source=x&fbclid=%ff&order_id=TT-1", x_edgefill_key=GOLD
    )
    assert answer["statusCode"] == 200
    assert answer["headers"]["x-edgefill"].startswith(f"miss; template={GOLD}")
    assert "TT-1" not in answer["body"]


def test_a_question_is_read_in_any_spelling(call: Call) -> None:
    """`/ask/` is `/ask`."""
    assert call("/ask/", "q=Where+is+it&_ga=2.1&name=Ada")["statusCode"] == 200
    assert call("/ask//", "q=Where+is+it")["statusCode"] == 404


def test_the_api_chooses_among_the_forwarded_candidates(call: Call, token: Any) -> None:
    """As the edge does: a stale one hides no valid one."""
    stale, good = token(name="Eve", expires=1), token(name="Ada")
    for header in (f"{stale}, {good}", f"{good}, {stale}", f"rubbish, , {good}"):
        answer = call("/p/order-delayed", x_edgefill_key=GOLD, x_edgefill_profile=header)
        assert "Hallo Ada," in answer["body"]
        assert "x-edgefill-token" not in answer["headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_get_and_head_are_served(call: Call, method: str) -> None:
    """The 405 names them."""
    answer = call("/p/order-delayed", "", method)
    assert answer["statusCode"] == 405
    assert answer["headers"]["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/p/order-delayed", "/health", "/p/order-lost"])
def test_head_has_no_body(call: Call, path: str) -> None:
    """The status is that of GET."""
    answer = call(path, "", "HEAD")
    assert answer["statusCode"] == call(path)["statusCode"]
    assert answer.get("body", "") == ""


def test_health_names_the_catalogue(call: Call) -> None:
    """It shows which version is deployed."""
    answer = call("/health")
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]).keys() == {"status", "catalogue"}


def test_many_threads_may_call_at_once(world: Any, good: Any, real_time: Any) -> None:
    """Each call has its own event loop, which is closed; all share one generation."""
    shop = world(good, adapters=real_time, deadline_s=30)
    handle = create_handler(create_app(shop.dependencies))
    request_event = event("/p/order-delayed", x_edgefill_key=GOLD)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: handle(request_event, None), range(200)))
    assert {answer["statusCode"] for answer in answers} == {200}
    assert len({answer["body"] for answer in answers}) == 1
    assert len(shop.generator.orders) == 1


def test_the_budget_is_the_viewers(world: Any, good: Any) -> None:
    """CloudFront sends the viewer's address; the caller's address is always CloudFront's."""
    handle = create_handler(create_app(world(good, principal_per_hour=1).dependencies))

    def outcome(key: str, viewer: str) -> str:
        request_event = event(
            "/p/order-delayed", x_edgefill_key=key, cloudfront_viewer_address=f"{viewer}:46532"
        )
        return str(handle(request_event, None)["headers"]["x-edgefill"])

    assert "generated=true" in outcome("order-delayed/en/gold.any", "2001:db8::1")
    assert "reason=budget" in outcome(GOLD, "2001:db8::1")
    assert "reason=budget" in outcome(GOLD, "2001:db8::2")  # the same /64
    assert "generated=true" in outcome(GOLD, "2001:db8:0:1::1")
