"""From exact sums to chances: what training and the edge both compute, in this one way."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdas.core.routing.scores import Opinion

_FAINT = 14.0  # e^-14 of the best is nothing
_SURE = 1e-6
_SHARES = (0.2, 0.8)  # of letters and of meanings; docs/decisions/0013 has the measurement


def blend(opinions: tuple[Opinion, Opinion], units: Sequence[float]) -> dict[int, float]:
    """The weighted mean of both opinions' softmaxes by lane, the faint left out.

    A sum is worth its unit over the square root of its question's size.
    """
    found: dict[int, float] = {}
    for opinion, unit, share in zip(opinions, units, _SHARES, strict=True):
        sums = opinion.sums
        worth = unit / opinion.size**0.5 if opinion.size else 0.0
        for lane, chance in softmax(sums, worth):
            found[lane] = found.get(lane, 0.0) + chance * share
    return found


def softmax(sums: Sequence[int], worth: float) -> list[tuple[int, float]]:
    """The chance of each lane whose sum, times `worth`, is not far below the best."""
    from math import exp  # noqa: PLC0415 built in, and not free

    top = max(sums)
    least = top - _FAINT / worth if worth else 0
    parts = [(lane, exp((n - top) * worth)) for lane, n in enumerate(sums) if n >= least]
    total = sum([part for _, part in parts])
    return [(lane, part / total) for lane, part in parts]


def calibrated(chance: float, slope: float, offset: float) -> float:
    """The chance that a best lane of `chance` is right, by Platt's logistic curve."""
    from math import exp, log  # noqa: PLC0415 as above

    chance = min(max(chance, _SURE), 1 - _SURE)
    return 1 / (1 + exp(-slope * log(chance / (1 - chance)) - offset))
