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

RAISED = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict)
MAX_DETAIL = 200  # characters of an answer that a message may repeat

NO_SENSE = (httpx.DecodingError, httpx.StreamError, httpx.CookieConflict)


def failure_of(error: Exception, url: str) -> GenerationError:
    """What one of `RAISED` means: nobody there, too slow, or unreadable."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, httpx.PoolTimeout):
        return EngineBusy(f"every connection to {url} is in use ({said})")
    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return EngineTimeout(f"{url} did not answer in time ({said})")
    if isinstance(error, NO_SENSE):
        return InvalidEngineOutput(f"{url} sent what cannot be read ({said})")
    return EngineUnavailable(f"{url} cannot be reached ({said}); is the GPU service running?")


def failure_in(status: int, retry_after: str | None, detail: str, url: str) -> GenerationError:
    """What an answer that is no 200 means; `retry_after` is the header, `detail` the body."""
    said = f"{url} answered {status}: {' '.join(detail.split())[:MAX_DETAIL]}".rstrip(": ")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return EngineBusy(said, retry_after=seconds(retry_after))
    if status in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.GATEWAY_TIMEOUT):
        return EngineTimeout(said)
    if status in (400, 413, 415, 422) or status < 300:
        return InvalidEngineOutput(
            f"{said}; do this client and the GPU service have the same version?"
        )
    cold = status == httpx.codes.SERVICE_UNAVAILABLE
    return EngineUnavailable(said, retry_after=seconds(retry_after), cold=cold)


def seconds(retry_after: str | None) -> int:
    """`Retry-After` in whole seconds, 1 to 60; its date form and nonsense count as 1."""
    text = (retry_after or "").strip()
    return min(max(int(text), 1), 60) if text.isascii() and text.isdigit() and len(text) < 9 else 1
