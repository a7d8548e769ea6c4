"""Convert failures of an OpenAI-compatible server to our errors, and decide which to retry."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from edgefill.core.errors import (
    EdgefillError,
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    InvalidEngineOutput,
    RequestRefused,
)
from gpu_service.settings import PREFIX

EXPECTED_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, EdgefillError)
INVALID_REQUEST_STATUSES = frozenset({400, 404, 405, 413, 415, 422})
MAX_MESSAGE_CHARS = 300  # a longer message of the server is cut


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When to retry: delays double, with jitter, and are never shorter than Retry-After."""

    attempts: int = 4
    base_s: float = 0.25
    max_delay_s: float = 10.0
    random: Callable[[], float] = random.random

    def should_retry(self, failure: EdgefillError, attempt: int) -> bool:
        """Whether to retry after attempt number `attempt`, counted from 0."""
        is_transient = isinstance(failure, EngineBusy | EngineUnavailable)
        return (
            is_transient
            and attempt + 1 < self.attempts
            and _get_retry_after_s(failure) <= self.max_delay_s
        )

    def delay_s(self, failure: EdgefillError, attempt: int) -> float:
        """How long to wait before that retry."""
        backoff = min(self.base_s * 2.0**attempt, self.max_delay_s) * (0.5 + self.random() / 2)
        return max(backoff, _get_retry_after_s(failure))


def _get_retry_after_s(failure: EdgefillError) -> float:
    """Retry-After in seconds; 0 when the server sent none."""
    return float(getattr(failure, "retry_after", 0))


def convert_error(error: Exception) -> EdgefillError:
    """One of `EXPECTED_ERRORS` as our error; its text repeats no header and no API key."""
    if isinstance(error, EdgefillError):
        return error
    what = type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return EngineUnavailable(f"the server cannot be reached ({what})", retry_after=0)
    if isinstance(error, httpx.TimeoutException):
        return EngineTimeout(f"the server took too long ({what})")
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return EngineUnavailable(f"the connection to the server broke ({what})", retry_after=0)
    return InvalidEngineOutput(f"the server's answer cannot be read ({what})")


async def read_refusal(response: httpx.Response) -> EdgefillError:
    """The error for an answer whose status is not 200."""
    status, detail = response.status_code, _format_detail(await response.aread())
    message = f"the server answered {status}{detail}"
    retry_after = parse_retry_after(response.headers.get("retry-after", ""))
    if status in INVALID_REQUEST_STATUSES:
        return RequestRefused(message)
    if status in (401, 403):
        return InvalidEngineOutput(f"{message}; is {PREFIX}URL_KEY right?")  # a retry cannot help
    if status == 429:
        return EngineBusy(message, retry_after=retry_after)
    if status in (408, 504):
        return EngineTimeout(message)
    return (
        EngineUnavailable(message, retry_after=retry_after)
        if status >= 500
        else InvalidEngineOutput(message)
    )


def parse_retry_after(retry_after: str, clock: Callable[[], float] = time.time) -> int:
    """Whole seconds of a Retry-After header (RFC 9110, 10.2.3), a number or a date; else 0."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), 86_400)
    try:
        return max(math.ceil(parsedate_to_datetime(text).timestamp() - clock()), 0)
    except (ValueError, OverflowError):
        return 0


def _format_detail(body: bytes) -> str:
    """The message of an error in OpenAI's shape, with a leading colon; "" for any other body."""
    try:
        data = json.loads(body)
        message = data["error"]["message"] if "error" in data else data.get("message")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    return f": {message[:MAX_MESSAGE_CHARS]}" if isinstance(message, str) else ""
