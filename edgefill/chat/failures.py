"""Failures: turns transport errors and error responses of a model's server into GenerationError.

python-httpx.org/exceptions lists the transport's errors.
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
# Characters of a response that an error may repeat.
MAX_DETAIL = 200
# the GPU service's problem type for a text that breaks its own rules; the next text may not
INVALID_OUTPUT = "urn:edgefill:problem:invalid-engine-output"

# key, permission, path or model are wrong: the same request never succeeds
_PERMANENT_STATUSES = (401, 403, 404, 405, 410)
UNREADABLE_ERRORS = (httpx.DecodingError, httpx.StreamError, httpx.CookieConflict)


def to_generation_error(error: Exception, url: str) -> GenerationError:
    """Return what one of `TRANSPORT_ERRORS` means: not reachable, too slow, or unreadable."""
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, httpx.PoolTimeout):
        return EngineBusy(f"every connection to {url} is in use ({message})")
    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return EngineTimeout(f"{url} did not answer in time ({message})")
    if isinstance(error, UNREADABLE_ERRORS):
        return InvalidEngineOutput(f"{url} sent an unreadable response ({message})")
    return EngineUnavailable(f"{url} cannot be reached ({message}); is the service running?")


def read_error_response(
    status: int, retry_after: str | None, detail: str, url: str
) -> GenerationError:
    """Return what a response other than 200 means.

    `retry_after` is its header, `detail` its body.
    """
    message = f"{url} answered {status}: {' '.join(detail.split())[:MAX_DETAIL]}".rstrip(": ")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return EngineBusy(message, retry_after=parse_retry_after(retry_after))
    if status in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.GATEWAY_TIMEOUT):
        return EngineTimeout(message)
    if status == httpx.codes.BAD_GATEWAY and INVALID_OUTPUT in detail:
        return InvalidEngineOutput(message)
    if status in (400, 413, 415, 422) or status < 300:
        return InvalidEngineOutput(
            f"{message}; do this client and the service have the same version?"
        )
    cold = status == httpx.codes.SERVICE_UNAVAILABLE
    return EngineUnavailable(
        message,
        retry_after=parse_retry_after(retry_after),
        cold=cold,
        permanent=status in _PERMANENT_STATUSES,
    )


def hide_credentials(url: str) -> str:
    """Return `url` without the name and password that it may contain."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"


def parse_retry_after(retry_after: str | None) -> int:
    """Parse `Retry-After` to 1..60 whole seconds; the date form and invalid values give 1."""
    text = (retry_after or "").strip()
    return min(max(int(text), 1), 60) if text.isascii() and text.isdigit() and len(text) < 9 else 1
