"""Compression: Developer Guide, ServingCompressedFiles."""

import gzip
from dataclasses import replace

import brotli
import pytest

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.distribution import Behaviour, CachePolicy
from cloudfront_emulator.message import Body, CdnRequest, CdnResponse, Headers
from cloudfront_emulator.response.compression import compress_response

BODY = b"to be or not to be. " * 100
BEHAVIOUR = Behaviour(
    path="*", origin="o", cache=CachePolicy(gzip=True, brotli=True), compress=True
)
GZIP = replace(BEHAVIOUR, cache=CachePolicy(gzip=True))


def send_headers(
    *headers: tuple[str, str],
    behaviour: Behaviour = BEHAVIOUR,
    accept: str = "gzip, br",
    body: Body = BODY,
    status: int = 200,
    length: int | None = len(BODY),
    kind: str = "text/html; charset=utf-8",
) -> CdnResponse:
    request = CdnRequest(method="GET", path="/", headers=(("accept-encoding", accept),))
    declared: Headers = () if length is None else (("content-length", str(length)),)
    all_headers = (("content-type", kind), *declared, *headers)
    return compress_response(
        behaviour, request, CdnResponse(status=status, headers=all_headers, body=body)
    )


def compress_it(response: CdnResponse) -> str | None:
    return response.header("content-encoding")


def test_brotli_goes_before_gzip_and_both_unpack_to_the_body() -> None:
    """ "When the viewer supports both formats, CloudFront uses Brotli"."""
    small, other = send_headers(), send_headers(behaviour=GZIP)
    assert (compress_it(small), compress_it(other)) == ("br", "gzip")
    assert isinstance(small.body, bytes)
    assert isinstance(other.body, bytes)
    assert brotli.decompress(small.body) == gzip.decompress(other.body) == BODY
    assert small.header("content-length") == str(len(small.body))
    assert other == send_headers(behaviour=GZIP)


@pytest.mark.parametrize(
    ("rule", "coding"),
    [
        ("no-transform", None),
        ("public, No-Transform, max-age=9", None),
        ('x="no-transform"', "br"),
        ("max-age=9", "br"),
    ],
)
def test_no_transform_forbids_compression(rule: str, coding: str | None) -> None:
    """RFC 9110, section 7.7; the strong ETag stays."""
    got = send_headers(("cache-control", rule), ("etag", '"a"'))
    assert compress_it(got) == coding
    assert got.header("etag") == ('W/"a"' if coding else '"a"')


@pytest.mark.parametrize(("status", "coding"), [(200, "br"), (403, "br"), (404, "br"), (500, None)])
def test_only_some_statuses_are_compressed(status: int, coding: str | None) -> None:
    """200, 403 and 404 ("Conditions for compression")."""
    assert compress_it(send_headers(status=status)) == coding


@pytest.mark.parametrize(
    ("length", "coding"), [(999, None), (1_000, "br"), (10_000_000, "br"), (10_000_001, None)]
)
def test_the_declared_length_is_between_1000_and_10_000_000(
    length: int, coding: str | None
) -> None:
    """ "Between 1,000 and 10,000,000 bytes"."""
    assert compress_it(send_headers(length=length)) == coding


def test_responses_that_do_not_qualify_stay_uncompressed() -> None:
    """No Content-Length, a Content-Encoding, another type, too large for memory; policy, viewer."""
    off = CachePolicy(gzip=True, brotli=True, default_ttl=0, max_ttl=0)
    assert compress_it(send_headers(length=None)) is None
    assert compress_it(send_headers(("content-encoding", "identity"))) == "identity"
    assert compress_it(send_headers(kind="image/png")) is None
    assert compress_it(send_headers(body=BufferedBody(size=len(BODY)))) is None
    assert compress_it(send_headers(accept="deflate")) is None
    assert compress_it(send_headers(behaviour=replace(BEHAVIOUR, compress=False))) is None
    assert compress_it(send_headers(behaviour=replace(BEHAVIOUR, cache=CachePolicy()))) is None
    assert compress_it(send_headers(behaviour=replace(BEHAVIOUR, cache=off))) is None


@pytest.mark.parametrize(("tag", "etag"), [('"a"', 'W/"a"'), ('W/"a"', 'W/"a"'), ("a", None)])
def test_a_strong_etag_becomes_weak_and_an_invalid_one_is_removed(
    tag: str, etag: str | None
) -> None:
    """ "ETag header conversion"."""
    assert send_headers(("etag", tag)).header("etag") == etag


def test_vary_names_accept_encoding_once() -> None:
    """So that caches behind CloudFront keep the codings apart (RFC 9110, section 12.5.5)."""
    assert send_headers(("vary", "Cookie")).header("vary") == "Cookie, Accept-Encoding"
    assert send_headers(("vary", "accept-encoding")).header("vary") == "accept-encoding"
