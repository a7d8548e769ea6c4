"""Where a question goes."""

from __future__ import annotations

from edgefill.core.value import value


@value
class Route:
    """A hit names its experience; clarify names two or three candidates, best first.

    `score` is the chance, from 0 to 1, that the best experience is the right one; `margin` is how
    far the second is behind, before the chances are calibrated, so it may be above the score.
    """

    verdict: str  # hit, clarify, miss
    reason: str  # exact, scored, unsure, out-of-scope, denied
    experience: str | None = None
    score: float = 0.0
    margin: float = 0.0
    candidates: tuple[str, ...] = ()
