"""CORS: Developer Guide, understanding-response-headers-policies, "CORS headers"."""

from dataclasses import replace

import pytest

from cloudfront_emulator.distribution import CorsConfig
from cloudfront_emulator.message import CdnRequest
from cloudfront_emulator.response.cors import METHODS, make_cors_headers

ORIGIN = "https://www.example.org"
ANY = CorsConfig(
    origins=("*",), methods=("ALL",), headers=("*",), expose=("X-A", "X-B"), max_age=600
)


def headers(
    cors: CorsConfig, origin: str | None = ORIGIN, asked: str | None = None
) -> dict[str, str]:
    sent = [("origin", origin)] if origin else []
    if asked is not None:
        sent += [
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", asked),
        ]
    method = "GET" if asked is None else "OPTIONS"
    return dict(make_cors_headers(cors, CdnRequest(method=method, path="/", headers=tuple(sent))))


def test_a_simple_request_gets_the_origin_and_what_is_exposed() -> None:
    """Only requests with an Origin are CORS requests."""
    assert headers(ANY) == {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "X-A, X-B",
    }
    assert headers(ANY, origin=None) == {}


def test_a_preflight_gets_methods_headers_and_age() -> None:
    """ALL is every method; credentials are allowed when the policy says so."""
    assert headers(replace(ANY, credentials=True), asked="x-a") == {
        "access-control-allow-origin": "*",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": ", ".join(METHODS),
        "access-control-allow-headers": "*",
        "access-control-max-age": "600",
    }


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        (ORIGIN, True),
        ("https://*.example.org", True),
        ("http://*.example.org", False),
        ("https://*.example.com", False),
        ("https://www-example.org", False),
    ],
)
def test_a_named_origin_is_echoed_and_varied_on(written: str, allowed: bool) -> None:
    """The wildcard stands for a subdomain ("Access-Control-Allow-Origin")."""
    got = headers(replace(ANY, origins=("https://other.test", written), expose=()))
    expected = {"access-control-allow-origin": ORIGIN, "vary": "Origin"}
    assert got == (expected if allowed else {})


def test_a_partial_wildcard_allows_the_names_asked_that_it_covers() -> None:
    """x-amz-* covers x-amz-test and x-amz-, and not x-amz ("Access-Control-Allow-Headers")."""
    got = headers(replace(ANY, headers=("x-amz-*", "X-A")), asked="x-amz-test, x-amz, x-amz-, x-a")
    assert got["access-control-allow-headers"] == "x-amz-test, x-amz-, x-a"
    assert "access-control-allow-headers" not in headers(
        replace(ANY, headers=("x-amz-*",)), asked="y"
    )
