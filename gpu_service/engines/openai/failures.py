"""Failures of an OpenAI-compatible server as this project's errors, and which to ask again for."""

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

RAISED = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, EdgefillError)
WRONG = frozenset({400, 404, 405, 413, 415, 422})
MOST_SAID = 300  # characters of a server's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often and how patiently to ask: doubling, with jitter, no sooner than Retry-After."""

    attempts: int = 4
    base_s: float = 0.25
    most_s: float = 10.0
    chance: Callable[[], float] = random.random

    def helps(self, failure: EdgefillError, attempt: int) -> bool:
        """Whether to ask again after attempt number `attempt`, counted from 0."""
        passing = isinstance(failure, EngineBusy | EngineUnavailable)
        return passing and attempt + 1 < self.attempts and _after(failure) <= self.most_s

    def delay_s(self, failure: EdgefillError, attempt: int) -> float:
        """How long to wait before that."""
        backoff = min(self.base_s * 2.0**attempt, self.most_s) * (0.5 + self.chance() / 2)
        return max(backoff, _after(failure))


def _after(failure: EdgefillError) -> float:
    """Retry-After in seconds; 0 where the server named none."""
    return float(getattr(failure, "retry_after", 0))


def failure_of(error: Exception) -> EdgefillError:
    """What one of `RAISED` means for the text; it repeats no header and no key."""
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


async def refusal_of(response: httpx.Response) -> EdgefillError:
    """An answer with another status than 200."""
    status, words = response.status_code, _words(await response.aread())
    said = f"the server answered {status}{words}"
    after = seconds_of(response.headers.get("retry-after", ""))
    if status in WRONG:
        return RequestRefused(said)
    if status in (401, 403):
        return InvalidEngineOutput(f"{said}; is {PREFIX}URL_KEY right?")  # no retry helps
    if status == 429:
        return EngineBusy(said, retry_after=after)
    if status in (408, 504):
        return EngineTimeout(said)
    return (
        EngineUnavailable(said, retry_after=after) if status >= 500 else InvalidEngineOutput(said)
    )


def seconds_of(retry_after: str, clock: Callable[[], float] = time.time) -> int:
    """Whole seconds of a Retry-After header (RFC 9110, 10.2.3), a number or a date; else 0."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), 86_400)
    try:
        return max(math.ceil(parsedate_to_datetime(text).timestamp() - clock()), 0)
    except (ValueError, OverflowError):
        return 0


def _words(body: bytes) -> str:
    """What an error in OpenAI's shape says; nothing of any other page."""
    try:
        said = json.loads(body)
        message = said["error"]["message"] if "error" in said else said.get("message")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    return f": {message[:MOST_SAID]}" if isinstance(message, str) else ""
