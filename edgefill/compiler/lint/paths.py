"""Paths: every way through a template's branches and loops, as the text that it leads to.

Each run follows a script of choices and notes where new ones came up; the next run changes the
last choice that has another option. A test takes the same outcome wherever it stands; loop.first
and loop.last are computed; a list has no, one and two items.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from edgefill.compiler.tree import Body, For, If, Put, Static

MOST_PATHS = 512


class TooManyPaths(ValueError):
    """The template has more than MOST_PATHS ways through it."""


@dataclass(slots=True)
class _Run:
    """One way through: a script of choices to follow, then the first option of each new one."""

    script: list[int]
    stand_in: Callable[[Put], str]
    taken: list[tuple[int, int]] = field(default_factory=list)  # choice, number of options
    chosen: dict[str, int] = field(default_factory=dict)

    def choose(self, what: str, options: int) -> int:
        if what not in self.chosen:
            place = len(self.taken)
            choice = self.script[place] if place < len(self.script) else 0
            self.taken.append((choice, options))
            self.chosen[what] = choice
        return self.chosen[what]

    def render(self, body: Body, at: tuple[tuple[int, int], ...] = ()) -> str:
        """The text of `body`; `at` is (position from 1, items) for each loop around it."""
        parts: list[str] = []
        for node in body:
            match node:
                case Static(text=text):
                    parts.append(text)
                case Put():
                    parts.append(self.stand_in(node))
                case If(arms=arms, otherwise=otherwise):
                    taken = next((b for test, b in arms if self.holds(test, at)), otherwise)
                    parts.append(self.render(taken, at))
                case For(slot=slot, bound=bound, body=inner):
                    items = self.choose(f"len {slot}", min(bound, 2) + 1)
                    rounds = [(*at, (n, items)) for n in range(1, items + 1)]
                    parts.extend(self.render(inner, place) for place in rounds)
        return "".join(parts)

    def holds(self, test: list[Any], at: tuple[tuple[int, int], ...]) -> bool:
        match test:
            case ["not", inner]:
                return not self.holds(inner, at)
            case ["and", left, right]:
                return self.holds(left, at) and self.holds(right, at)
            case ["or", left, right]:
                return self.holds(left, at) or self.holds(right, at)
            case ["loop.first"]:
                return at[-1][0] == 1
            case ["loop.last"]:
                return at[-1][0] == at[-1][1]
        written = json.dumps(test)
        place = [position for position, _ in at] if _varies(test) else ""
        return not self.choose(f"{place} {written}", 2)


def paths(body: Body, stand_in: Callable[[Put], str]) -> Iterator[str]:
    """The text on every way through `body`, blanks filled by `stand_in`; TooManyPaths."""
    script: list[int] = []
    for _ in range(MOST_PATHS):
        run = _Run(script=script, stand_in=stand_in)
        yield run.render(body)
        while run.taken and run.taken[-1][0] + 1 == run.taken[-1][1]:
            run.taken.pop()
        if not run.taken:
            return
        script = [choice for choice, _ in run.taken]
        script[-1] += 1
    raise TooManyPaths(f"more than {MOST_PATHS} ways through the template")


def _varies(test: list[Any]) -> bool:
    """Whether a test may come out differently from one round of a loop to the next."""
    return "field" in test[:1] or any(isinstance(part, list) and _varies(part) for part in test)
