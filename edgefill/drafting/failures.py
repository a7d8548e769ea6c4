"""Failures: everything that can go wrong between here and a model, as a GenerationError.

The transport's errors are those of python-httpx.org/exceptions.
"""

from __future__ import annotations

import httpx

from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)

TRANSPORT_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict)
MAX_DETAIL = 200  # characters of an answer that a message may repeat

UNREADABLE_ERRORS = (httpx.DecodingError, httpx.StreamError, httpx.CookieConflict)


def to_generation_error(error: Exception, url: str) -> GenerationError:
    """What one of `RAISED` means: nobody there, too slow, or unreadable."""
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, httpx.PoolTimeout):
        return EngineBusy(f"every connection to {url} is in use ({message})")
    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return EngineTimeout(f"{url} did not answer in time ({message})")
    if isinstance(error, UNREADABLE_ERRORS):
        return InvalidEngineOutput(f"{url} sent what cannot be read ({message})")
    return EngineUnavailable(f"{url} cannot be reached ({message}); is the GPU service running?")


def read_error_response(
    status: int, retry_after: str | None, detail: str, url: str
) -> GenerationError:
    """What an answer that is no 200 means; `retry_after` is the header, `detail` the body."""
    message = f"{url} answered {status}: {' '.join(detail.split())[:MAX_DETAIL]}".rstrip(": ")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return EngineBusy(message, retry_after=parse_retry_after(retry_after))
    if status in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.GATEWAY_TIMEOUT):
        return EngineTimeout(message)
    if status in (400, 413, 415, 422) or status < 300:
        return InvalidEngineOutput(
            f"{message}; do this client and the GPU service have the same version?"
        )
    cold = status == httpx.codes.SERVICE_UNAVAILABLE
    return EngineUnavailable(message, retry_after=parse_retry_after(retry_after), cold=cold)


def parse_retry_after(retry_after: str | None) -> int:
    """`Retry-After` in whole seconds, 1 to 60; its date form and nonsense count as 1."""
    text = (retry_after or "").strip()
    return min(max(int(text), 1), 60) if text.isascii() and text.isdigit() and len(text) < 9 else 1
