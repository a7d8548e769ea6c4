"""From exact sums to chances: what training and the edge both compute, in this one way."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.routing.scores import ScoreSums

_E = 2.718281828459045  # `math` is a library to load, and a power is as fast as its `exp`
_FAINT = 7.0  # e^-7 of the best and less is taken for nothing
_SURE = 1e-6


def chances_of(sums: ScoreSums, unit: float) -> dict[int, float]:
    """The softmax of `sums` by lane, the faint left out.

    A sum is worth `unit` over the square root of its question's size.
    """
    numbers = sums.numbers
    worth = unit / sums.size**0.5 if sums.size else 0.0
    top = max(numbers)
    least = top - int(_FAINT / worth) if worth else 0
    parts: dict[int, float] = {}
    lane = -1
    for number in [n for n in numbers if n >= least]:  # few, and to look for them again is quick
        lane = numbers.index(number, lane + 1)
        parts[lane] = _E ** ((number - top) * worth)
    total = sum(parts.values())
    return {lane: part / total for lane, part in parts.items()}


def calibrated(chance: float, slope: float, offset: float) -> float:
    """The chance that a best lane of `chance` is right, by Platt's logistic curve."""
    chance = min(max(chance, _SURE), 1 - _SURE)
    odds: float = ((1 - chance) / chance) ** slope  # the logistic of a logarithm is a power
    score: float = 1 / (1 + odds * _E**-offset)
    return score
