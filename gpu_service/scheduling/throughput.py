"""Pace: how fast requests have been written lately."""

from __future__ import annotations

WEIGHT = 0.2  # of the newest request in a running mean


class Pace:
    """Running means of a request's seconds and of a token's."""

    def __init__(self) -> None:
        self.mean_s = 0.0
        self._token_s = 0.0

    def note(self, seconds: float, tokens: int) -> None:
        """A request held its place for `seconds` and wrote `tokens`."""
        self.mean_s = _mean(self.mean_s, seconds)
        if tokens:
            self._token_s = _mean(self._token_s, seconds / tokens)

    def expected_s(self, longest: int | None) -> float:
        """How long a text of at most `longest` tokens will take: as others, or less if short."""
        if longest is None or not self._token_s:
            return self.mean_s
        return min(self.mean_s, longest * self._token_s)


def _mean(before: float, newest: float) -> float:
    return before + WEIGHT * (newest - before) if before else newest
