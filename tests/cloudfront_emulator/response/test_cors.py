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


def read_cors_headers(
    cors: CorsConfig, origin: str | None = ORIGIN, requested: str | None = None
) -> dict[str, str]:
    pairs = [("origin", origin)] if origin else []
    if requested is not None:
        pairs += [
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", requested),
        ]
    method = "GET" if requested is None else "OPTIONS"
    return dict(make_cors_headers(cors, CdnRequest(method=method, path="/", headers=tuple(pairs))))


def test_a_simple_request_gets_the_origin_and_what_is_exposed() -> None:
    """Only requests with an Origin are CORS requests."""
    assert read_cors_headers(ANY) == {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "X-A, X-B",
    }
    assert read_cors_headers(ANY, origin=None) == {}


def test_a_preflight_gets_methods_headers_and_age() -> None:
    """ALL means every method; credentials are allowed if the policy allows them."""
    assert read_cors_headers(replace(ANY, credentials=True), requested="x-a") == {
        "access-control-allow-origin": "*",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": ", ".join(METHODS),
        "access-control-allow-headers": "*",
        "access-control-max-age": "600",
    }


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (ORIGIN, True),
        ("https://*.example.org", True),
        ("http://*.example.org", False),
        ("https://*.example.com", False),
        ("https://www-example.org", False),
    ],
)
def test_a_named_origin_is_echoed_and_varied_on(pattern: str, allowed: bool) -> None:
    """The wildcard matches a subdomain ("Access-Control-Allow-Origin")."""
    got = read_cors_headers(replace(ANY, origins=("https://other.test", pattern), expose=()))
    expected = {"access-control-allow-origin": ORIGIN, "vary": "Origin"}
    assert got == (expected if allowed else {})


def test_a_partial_wildcard_allows_the_names_asked_that_it_covers() -> None:
    """x-amz-* covers x-amz-test and x-amz-, and not x-amz ("Access-Control-Allow-Headers")."""
    got = read_cors_headers(
        replace(ANY, headers=("x-amz-*", "X-A")), requested="x-amz-test, x-amz, x-amz-, x-a"
    )
    assert got["access-control-allow-headers"] == "x-amz-test, x-amz-, x-a"
    assert "access-control-allow-headers" not in read_cors_headers(
        replace(ANY, headers=("x-amz-*",)), requested="y"
    )
