"""The HTTP side of deadlines: read how long a client will wait for its answer."""

from __future__ import annotations

import math

from fastapi import Request

from edgefill.core.errors import RequestRefused

HEADER = "X-Edgefill-Deadline"
MAX_DEADLINE_S = 3600.0


def read_deadline(request: Request, body_s: float | None) -> float | None:
    """Seconds from now: the shorter of the header's and the body's; None when neither is set.

    RequestRefused when the header is not a number of seconds.
    """
    text = request.headers.get(HEADER)
    if text is None:
        return body_s
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MAX_DEADLINE_S:
        raise RequestRefused(f"{HEADER}: write seconds, above 0 and up to {MAX_DEADLINE_S:.0f}")
    return seconds if body_s is None else min(seconds, body_s)
