"""Quotas on Lambda@Edge in two profiles, because AWS's pages disagree.

Source: Developer Guide, cloudfront-limits, "Quotas on Lambda@Edge". `current` is what the page says
now, `conservative` what it said for years (and CloudFormation enforced in places).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cloudfront_emulator.distribution import Trigger

LimitsProfile = Literal["current", "conservative"]
MAX_URL = 8_192  # characters of URI and query string; edge-function-restrictions-all, "URI"
_KB, _MB = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerLimits:
    """The limits of one trigger; the ranges are those of a custom origin's timeouts in seconds."""

    memory_mb: int
    timeout: float  # seconds
    zip_bytes: int
    body_bytes: int  # a generated response with headers; a request's body in the event
    read_timeout: tuple[int, int]
    keepalive_timeout: tuple[int, int]


_ORIGIN = TriggerLimits(
    memory_mb=10_240,
    timeout=30,
    zip_bytes=50 * _MB,
    body_bytes=1 * _MB,
    read_timeout=(1, 120),
    keepalive_timeout=(1, 120),
)
_VIEWER = replace(_ORIGIN, body_bytes=40 * _KB)
_OLD_ORIGIN = replace(_ORIGIN, read_timeout=(4, 60), keepalive_timeout=(1, 60))
_OLD_VIEWER = replace(_VIEWER, memory_mb=128, timeout=5, zip_bytes=1 * _MB)


def get_limits(profile: LimitsProfile, trigger: Trigger) -> TriggerLimits:
    """The limits of `trigger`."""
    viewer = trigger.startswith("viewer")
    if profile == "current":
        return _VIEWER if viewer else _ORIGIN
    return _OLD_VIEWER if viewer else _OLD_ORIGIN
