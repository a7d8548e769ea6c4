"""Attempts to reach an origin, and the statuses of its failures.

A failed connection is retried for every method. A missing response, or one that stops for the
response timeout, is retried for GET and HEAD only. Both count against the same number of attempts.
Source: Developer Guide, DownloadDistValuesOrigin, "Connection attempts" and "Response timeout".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from cloudfront_emulator.distribution import Origin
from cloudfront_emulator.errors import OriginFailed
from cloudfront_emulator.message import CdnRequest, CdnResponse

RETRIED_METHODS = frozenset({"GET", "HEAD"})


async def retry_attempts(
    origin: Origin, request: CdnRequest, once: Callable[[], Awaitable[CdnResponse]]
) -> CdnResponse:
    """The response of the first successful attempt; OriginFailed if the last attempt fails."""
    for remaining in reversed(range(origin.connection_attempts)):
        try:
            return await once()
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if remaining == 0 or not _is_retryable(request, error):
                raise _make_failure(origin, error) from error
    raise AssertionError(f"{origin.id}: connection_attempts is {origin.connection_attempts}")


def _is_retryable(request: CdnRequest, cause: Exception) -> bool:
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return True
    again = httpx.TimeoutException | httpx.NetworkError | httpx.RemoteProtocolError
    return (
        request.method in RETRIED_METHODS
        and isinstance(request.body, bytes)
        and isinstance(cause, again)
    )


def _make_failure(origin: Origin, cause: Exception) -> OriginFailed:
    """A timeout is a 504 (http-504-gateway-timeout), any other failure a 502."""
    if isinstance(cause, httpx.ConnectTimeout):
        return OriginFailed(504, f"no connection in {origin.connection_timeout:g} s")
    if isinstance(cause, httpx.TimeoutException):
        return OriginFailed(504, f"no answer in {origin.read_timeout:g} s")
    if isinstance(cause, httpx.ConnectError):
        return OriginFailed(502, "cannot connect")
    return OriginFailed(502, f"broke off or sent invalid HTTP ({type(cause).__name__})")
