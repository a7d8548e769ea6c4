"""An origin's answer, as it comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from cloudfront_emulator.message import HOP_BY_HOP, CdnResponse, drop_headers
from cloudfront_emulator.spool import receive


async def read_origin_response(method: str, answer: httpx.Response) -> CdnResponse:
    """The answer less what belongs to one connection.

    A Content-Length stays: what may be compressed or asked for in ranges depends on it.
    """
    declared = answer.headers.get("content-length", "")
    bodiless = method == "HEAD" or answer.status_code in (204, 304)
    size = int(declared) if declared.isascii() and declared.isdecimal() else None
    headers = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
    body = await receive(_read_chunks(answer), size=0 if bodiless else size)
    return CdnResponse(
        status=answer.status_code, headers=drop_headers(headers, HOP_BY_HOP), body=body
    )


async def _read_chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it came, in whatever encoding."""
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    try:
        async for chunk in answer.stream:
            yield chunk
    finally:
        await answer.aclose()
