"""How often an origin is tried, and what its failures mean.

A connection that is not made is tried again for every method. An origin that does not answer, or
stops, is tried again for GET and HEAD alone; the number of attempts is the same for both.
Source: Developer Guide, DownloadDistValuesOrigin, "Connection attempts" and "Response timeout".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from cloudfront_emulator.distribution import Origin
from cloudfront_emulator.errors import OriginFailed, SpoolBroken
from cloudfront_emulator.message import CdnRequest, CdnResponse

RETRIED_METHODS = frozenset({"GET", "HEAD"})


async def retry_attempts(
    origin: Origin, request: CdnRequest, once: Callable[[], Awaitable[CdnResponse]]
) -> CdnResponse:
    """The answer of the first attempt that has one; OriginFailed by the last one that has not."""
    for remaining in reversed(range(origin.connection_attempts)):
        try:
            return await once()
        except (httpx.TransportError, httpx.InvalidURL, SpoolBroken) as error:
            cause = error.__cause__ if isinstance(error, SpoolBroken) else error
            if remaining == 0 or not _is_retryable(request, cause):
                raise _make_failure(origin, cause) from error
    raise AssertionError(f"{origin.id}: connection_attempts is {origin.connection_attempts}")


def _is_retryable(request: CdnRequest, cause: BaseException | None) -> bool:
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return True
    again = httpx.TimeoutException | httpx.NetworkError | httpx.RemoteProtocolError
    return (
        request.method in RETRIED_METHODS
        and isinstance(request.body, bytes)
        and isinstance(cause, again)
    )


def _make_failure(origin: Origin, cause: BaseException | None) -> OriginFailed:
    """Too slow is a 504, everything else a 502 (http-504-gateway-timeout, http-502-bad-gateway)."""
    if isinstance(cause, httpx.ConnectTimeout):
        return OriginFailed(504, f"no connection in {origin.connection_timeout:g} s")
    if isinstance(cause, httpx.TimeoutException):
        return OriginFailed(504, f"no answer in {origin.read_timeout:g} s")
    if isinstance(cause, httpx.ConnectError):
        return OriginFailed(502, "cannot connect")
    return OriginFailed(502, f"broke off or sent what is not HTTP ({type(cause).__name__})")
