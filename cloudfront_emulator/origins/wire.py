"""The emulator's HTTP messages to and from an origin.

Header values are bytes, which pass unchanged: within the emulator each byte is one character.
Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin and add-origin-custom-headers.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable

import httpx

from cloudfront_emulator.buffered_body import BufferedBody, receive
from cloudfront_emulator.distribution import Origin
from cloudfront_emulator.errors import OriginFailed
from cloudfront_emulator.message import (
    HOP_BY_HOP,
    CdnRequest,
    CdnResponse,
    Headers,
    InterimResponses,
    drop_headers,
    drop_hop_by_hop,
    encode_header,
)
from cloudfront_emulator.origins.signature import LOCAL_SIGNATURE, Signer

MAX_STATUS = 599  # RFC 9110, section 15
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def build_origin_request(
    request: CdnRequest, origin: Origin, base: str, *, signer: Signer | None = None
) -> httpx.Request:
    """The message for `origin` at the URL `base`; path and query are not normalised."""
    folder = f"{base}{origin.path}"
    target = f"{request.path}?{request.query}" if request.query else request.path
    message = httpx.Request(
        request.method,
        f"{folder}{target}",
        headers=[
            (name.encode(), encode_header(value))
            for name, value in _build_headers(request, origin, f"{folder}{target}", signer)
        ],
        content=request.body or None,
        extensions={"timeout": _build_timeouts(origin)},
    )
    under = httpx.URL(folder).raw_path.decode().rstrip("/")
    message.extensions["target"] = f"{under}{target}".encode("latin-1")  # not normalised
    return message


def _build_timeouts(origin: Origin) -> dict[str, float | None]:
    connect, read = origin.connection_timeout, origin.read_timeout
    return {"connect": connect, "read": read, "write": read, "pool": None}


def _build_headers(request: CdnRequest, origin: Origin, url: str, signer: Signer | None) -> Headers:
    """The request's headers without those that follow from the body, plus the origin's own.

    Source: add-origin-custom-headers, "overwrites the existing header".
    """
    of_body = {"content-length"} if isinstance(request.body, bytes) else set()
    own = tuple(pair for pair in origin.headers if pair[0] != "host")
    headers = drop_headers(request.headers, HOP_BY_HOP | of_body | {name for name, _ in own}) + own
    if not any(name == "host" for name, _ in headers):
        headers = (("host", _find_host(origin, url)), *headers)
    if not origin.signs_requests:
        return headers
    headers = drop_headers(headers, {"authorization"})
    if origin.kind == "s3" and signer is not None:
        return headers + signer(request.method, url, headers)
    return (*headers, ("authorization", LOCAL_SIGNATURE))


def _find_host(origin: Origin, url: str) -> str:
    """The Host header; for S3 it is the mapped URL's, because S3 finds buckets by it."""
    return httpx.URL(url).netloc.decode() if origin.kind == "s3" else origin.domain_name


async def read_origin_response(method: str, answer: httpx.Response) -> CdnResponse:
    """The response without headers of one connection.

    Content-Length stays, because compression and ranges depend on it. A body that breaks off is
    passed on as far as it came, unless the origin is silent (httpx.ReadTimeout, to be retried).
    OriginFailed for a response that cannot be passed on.
    Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "Dropped TCP connections".
    """
    headers = _decode_headers(answer.headers.raw)
    interim = _read_interim(answer)
    try:
        for status, pairs in ((answer.status_code, headers), *interim):
            _check_head(status, pairs)
    except OriginFailed:
        await answer.aclose()
        raise
    declared = answer.headers.get("content-length", "")
    bodiless = method == "HEAD" or answer.status_code in (204, 304)
    size = int(declared) if declared.isascii() and declared.isdecimal() else None
    body = await receive(_read_chunks(answer), size=0 if bodiless else size)
    if isinstance(body, BufferedBody) and isinstance(body.failure, httpx.TimeoutException):
        body.close()
        raise body.failure
    return CdnResponse(
        status=answer.status_code, headers=drop_hop_by_hop(headers), body=body, interim=interim
    )


def _decode_headers(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs)


def _read_interim(answer: httpx.Response) -> InterimResponses:
    """The interim responses to pass on: not 100, which is about one connection (RFC 9110, 15.2)."""
    return tuple(
        (each.status_code, drop_hop_by_hop(_decode_headers(each.headers)))
        for each in answer.extensions.get("interim", ())
        if each.status_code != 100
    )


def _check_head(status: int, headers: Headers) -> None:
    """OriginFailed if no viewer may get this status or these headers.

    Source: RFC 9110, sections 15 (a status above 599 counts as a 5xx) and 5.5 (control characters).
    """
    if status > MAX_STATUS:
        raise OriginFailed(502, f"the status {status} is not between 200 and {MAX_STATUS}")
    for name, value in headers:
        if _CONTROL.search(value):
            raise OriginFailed(502, f"the header {name} has a control character")


async def _read_chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it arrives, still encoded."""
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    try:
        async for chunk in answer.stream:
            yield chunk
    finally:
        await answer.aclose()
