"""Exact sums to probabilities, and calibration: training and the edge share this code."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.routing.scorer import ScoreSums

_E = 2.718281828459045  # importing `math` costs more, and a power is as fast as `exp`
_FAINT = 7.0  # classes below e^-7 of the best probability are left out
_CLIP = 1e-6


def compute_probabilities(sums: ScoreSums, unit: float) -> dict[int, float]:
    """The softmax of `sums` by class, without the classes that are too unlikely to matter.

    A sum is multiplied by `unit` over the square root of its question's size.
    """
    numbers = sums.numbers
    scale = unit / sums.size**0.5 if sums.size else 0.0
    top = max(numbers)
    least = top - int(_FAINT / scale) if scale else 0
    parts: dict[int, float] = {}
    index = -1
    # few numbers pass, so searching for each again is fast
    for number in [n for n in numbers if n >= least]:
        index = numbers.index(number, index + 1)
        parts[index] = _E ** ((number - top) * scale)
    total = sum(parts.values())
    return {index: part / total for index, part in parts.items()}


def calibrate(probability: float, slope: float, offset: float) -> float:
    """The calibrated `probability` of the best class, by Platt's logistic curve."""
    probability = min(max(probability, _CLIP), 1 - _CLIP)
    # the logistic function of a logarithm is a power
    odds: float = ((1 - probability) / probability) ** slope
    score: float = 1 / (1 + odds * _E**-offset)
    return score
