"""The whole origin-request function over a store in memory."""

from typing import Any

import pytest

from tests.lambdas.edge.responses import header


@pytest.mark.parametrize("alg", ["HS256", "RS256"])
def test_a_hit_is_filled_with_the_visitors_own_values(edge: Any, alg: str) -> None:
    """Escaped for the format, in the token's locale, never to be stored."""
    token = edge.token(alg=alg, locale="de", slots={"name": "<Ada>", "days": 5})
    response = edge.get("/p/order-delayed", token=token)
    assert response["status"] == "200"
    assert response["statusDescription"] == "OK"
    assert response["bodyEncoding"] == "text"
    assert response["body"] == "<p>&lt;Ada&gt;: 5 Tage</p>"
    assert header(response, "Content-Type") == "text/html; charset=utf-8"
    assert header(response, "Content-Language") == "de"
    assert header(response, "Cache-Control") == "private, no-store, stale-if-error=0"
    assert header(response, "X-Edgefill") == "hit; template=order-delayed/de/gold; release=r1"
    assert header(response, "X-Content-Type-Options") == "nosniff"
    assert "default-src 'none'" in (header(response, "Content-Security-Policy") or "")
    assert edge.log == []


def test_the_stages_are_timed(edge: Any) -> None:
    """Server-Timing names each stage in milliseconds."""
    timing = header(edge.get("/p/sale"), "Server-Timing") or ""
    stages = [stage.split(";dur=")[0] for stage in timing.split(", ")]
    assert stages == ["token", "pack", "values", "key", "fill"]


def test_a_cold_hit_takes_two_fetches_and_a_warm_one_none(edge: Any) -> None:
    """The pointer and the pack."""
    edge.get("/p/sale")
    edge.get("/p/sale")
    assert edge.store.fetched == ["t/current.json", "t/r/r1/sale/en.json"]


@pytest.mark.parametrize(
    ("path", "headers", "token", "cached"),
    [
        ("/p/sale", {}, False, True),
        ("/p/sale?locale=de", {"accept-language": "en"}, False, True),
        ("/p/sale", {"accept-language": "de"}, False, False),
        ("/p/sale?days=3", {}, False, False),
        ("/p/sale", {}, True, False),
        ("/p/sale", {"cookie": "edgefill_profile=rubbish"}, False, False),
    ],
)
def test_only_what_the_url_alone_determines_may_be_cached(
    edge: Any, path: str, headers: dict[str, str], token: bool, cached: bool
) -> None:
    """A token, good or bad, a slot value or the browser's languages make it private."""
    response = edge.get(path, token=edge.token() if token else None, **headers)
    assert response["status"] == "200"
    public = header(response, "Cache-Control") == "public, max-age=60"
    assert public is cached
    assert (header(response, "ETag") is not None) is cached


def test_a_personal_template_is_private_even_for_the_anonymous(edge: Any) -> None:
    """The program states that it has personal slots."""
    edge.overlay("order-delayed/en/basic", ["Hello ", ["put", ["slot", "name"]]])
    response = edge.get("/p/order-delayed")
    assert response["body"] == "Hello you"
    assert header(response, "Cache-Control") == "private, no-store, stale-if-error=0"


def test_the_etag_answers_a_conditional_request(edge: Any) -> None:
    """304 without a body while the text is the same."""
    etag = header(edge.get("/p/sale"), "ETag")
    response = edge.get("/p/sale", if_none_match=f'"other", W/{etag}')
    assert response["status"] == "304"
    assert response["statusDescription"] == "Not Modified"
    assert response["body"] == ""
    assert edge.get("/p/sale", if_none_match='"other"')["status"] == "200"


def test_head_gets_only_the_headers(edge: Any) -> None:
    """The same headers as GET would get."""
    head, get = edge.get("/p/sale", method="HEAD"), edge.get("/p/sale")
    assert head["body"] == ""
    assert head["headers"] == get["headers"]
