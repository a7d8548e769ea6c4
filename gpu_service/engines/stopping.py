"""Stop strings: a text ends before the first of them, and none of one is ever let out."""

from __future__ import annotations


class Stops:
    """Takes a text piece by piece; holds back what may be the beginning of a stop string."""

    def __init__(self, strings: tuple[str, ...]) -> None:
        self._strings = tuple(filter(None, strings))
        self._held = ""
        self.found = False

    def let_out(self, piece: str) -> str:
        """What may be shown now; `found` is True once a stop string was written."""
        text = self._held + piece
        ends = [place for stop in self._strings if (place := text.find(stop)) >= 0]
        if ends:
            self.found, self._held = True, ""
            return text[: min(ends)]
        keep = max((_beginning(text, stop) for stop in self._strings), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> str:
        """What was held back, at the end of a text."""
        held, self._held = self._held, ""
        return held


def _beginning(text: str, stop: str) -> int:
    """How many characters at the end of `text` begin `stop`."""
    most = min(len(text), len(stop) - 1)
    return next((n for n in range(most, 0, -1) if text.endswith(stop[:n])), 0)
