"""Calibration: turns the chance that a model states into one that can be compared (Platt, 1999)."""

from __future__ import annotations

import math
from dataclasses import dataclass

# the log-odds of a stated chance are kept within these bounds
_MOST = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`slope` and `offset` of the log-odds; the defaults change nothing."""

    slope: float = 1.0
    offset: float = 0.0

    def apply(self, chance: float) -> float:
        """The calibrated chance, between 0 and 1."""
        if (self.slope, self.offset) == (1.0, 0.0):
            return chance
        odds = self.slope * _find_log_odds(chance) + self.offset
        return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, odds))))


def _find_log_odds(chance: float) -> float:
    if not 0 < chance < 1:
        return _MOST if chance >= 1 else -_MOST
    return math.log(chance / (1 - chance))
