"""Deadlines: how long the client will wait, from the header or the body."""

from __future__ import annotations

import math

from fastapi import Request

from lambdas.core.errors import RequestRefused

HEADER = "X-Edgefill-Deadline"
LONGEST_S = 3600.0


def deadline_of(request: Request, body_s: float | None) -> float | None:
    """Seconds from now; the nearer of the two. RequestRefused when the header is no time."""
    text = request.headers.get(HEADER)
    if text is None:
        return body_s
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST_S:
        raise RequestRefused(f"{HEADER}: write seconds, above 0 and up to {LONGEST_S:.0f}")
    return seconds if body_s is None else min(seconds, body_s)
