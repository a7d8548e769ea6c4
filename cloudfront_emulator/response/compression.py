"""Compresses responses that qualify for it.

Source: Developer Guide, ServingCompressedFiles.
"""

from __future__ import annotations

import gzip
from dataclasses import replace

import brotli

from cloudfront_emulator.cache.cache_control import parse_directives
from cloudfront_emulator.distribution import Behaviour
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers, drop_headers
from cloudfront_emulator.request.encoding import normalise_accept_encoding

# Bodies of these lengths are compressed.
MIN_BYTES, MAX_BYTES = 1_000, 10_000_000
STATUSES = frozenset({200, 403, 404})
BROTLI_QUALITY = 5  # AWS does not document its quality; this one is fast

TYPES = frozenset(
    f"{kind}/{name}"
    for kind, names in {
        "application": (
            "dash+xml eot font font-sfnt javascript json opentype otf pdf pkcs7-mime protobuf"
            " rss+xml truetype ttf vnd.apple.mpegurl vnd.mapbox-vector-tile vnd.ms-fontobject wasm"
            " xhtml+xml xml x-font-opentype x-font-truetype x-font-ttf x-httpd-cgi x-javascript"
            " x-mpegurl x-opentype x-otf x-perl x-ttf"
        ),
        "font": "eot opentype otf ttf",
        "image": "svg+xml",
        "text": (
            "css csv html javascript js plain richtext tab-separated-values xml x-component"
            " x-java-source x-script"
        ),
    }.items()
    for name in names.split()
) | {"vnd.apple.mpegurl"}


def compress_response(
    behaviour: Behaviour, request: CdnRequest, response: CdnResponse
) -> CdnResponse:
    """`response` in the coding that viewer and cache policy both accept, preferably Brotli.

    It stays unchanged if it does not qualify, if the policy's Max TTL is 0, if its body is too
    large for memory, and for HEAD.
    """
    if request.method == "HEAD":
        return response
    accepted = normalise_accept_encoding(behaviour.cache, request)
    if not behaviour.compress or not accepted or behaviour.cache.max_ttl == 0:
        return response
    if not isinstance(response.body, bytes) or not is_compressible(response):
        return response
    coding = accepted.partition(",")[0]
    packed = _compress_body(response.body, coding)
    return replace(response, headers=_build_headers(response, coding, len(packed)), body=packed)


def is_compressible(response: CdnResponse) -> bool:
    """Whether CloudFront compresses responses of this status, type and declared length."""
    kind = (response.header("content-type") or "").partition(";")[0].strip().lower()
    if response.status not in STATUSES or kind not in TYPES:
        return False
    if response.header("content-encoding") is not None:
        return False
    if "no-transform" in parse_directives(response):  # RFC 9110, section 7.7; AWS is silent
        return False
    length = response.header("content-length") or ""
    return length.isascii() and length.isdecimal() and MIN_BYTES <= int(length) <= MAX_BYTES


def _compress_body(body: bytes, coding: str) -> bytes:
    """Compress a body; equal bodies give equal bytes."""
    if coding == "gzip":
        return gzip.compress(body, compresslevel=6, mtime=0)
    return bytes(brotli.compress(body, quality=BROTLI_QUALITY))


def _build_headers(response: CdnResponse, coding: str, length: int) -> Headers:
    """A strong ETag becomes weak, an invalid one is removed, and Vary gets Accept-Encoding."""
    tag = response.header("etag") or ""
    weak = tag if tag.startswith("W/") else f"W/{tag}" if tag.startswith('"') else ""
    vary = [value for name, value in response.headers if name == "vary"]
    if not any("accept-encoding" in value.lower() for value in vary):
        vary.append("Accept-Encoding")
    replaced = ("content-length", "content-encoding", "etag", "vary")
    return (
        *drop_headers(response.headers, replaced),
        *((("etag", weak),) if weak else ()),
        ("content-encoding", coding),
        ("content-length", str(length)),
        ("vary", ", ".join(vary)),
    )
