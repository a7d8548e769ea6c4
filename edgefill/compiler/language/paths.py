"""Renders every path through a template's branches and loops with sample values.

`render_paths` is for the format checks; `follow_paths` also knows the place of every piece and may
leave out paths that a reader never meets (lint/readings.py).

Each run follows a script of choices and records the new ones that it meets; the next run changes
the last choice that has another option. Along one path a test has the same outcome everywhere;
`loop.first` and `loop.last` are computed; a list has zero, one or two items.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from edgefill.compiler.language.typed_tree import Body, ForNode, IfNode, PutNode, StaticNode

MAX_PATHS = 512
# the numbers of items that a loop is rendered with
ITEM_COUNTS = (0, 1, 2)


class TooManyPaths(ValueError):
    """The template has more than MAX_PATHS paths through it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPiece:
    """A literal on a path, or the sample value of a blank; `offset` is its place in the source."""

    text: str
    offset: int
    is_blank: bool


@dataclass(slots=True)
class _PathRun:
    """One path: it follows a script of choices, then takes the first option of each new choice."""

    script: list[int]
    choose_sample: Callable[[PutNode], str]
    item_counts: tuple[int, ...] = ITEM_COUNTS
    # each choice with its number of options, in the order in which they came up
    choices: list[tuple[int, int]] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)

    def follow(self, body: Body, rounds: tuple[tuple[int, int], ...] = ()) -> Iterator[PathPiece]:
        """The pieces of `body`; `rounds` is (position from 1, items) for each enclosing loop."""
        for node in body:
            match node:
                case StaticNode(text=text, offset=offset):
                    yield PathPiece(text=text, offset=offset, is_blank=False)
                case PutNode(offset=offset):
                    yield PathPiece(text=self.choose_sample(node), offset=offset, is_blank=True)
                case IfNode(arms=arms, otherwise=otherwise):
                    arm = next((b for test, b in arms if self.evaluate(test, rounds)), otherwise)
                    yield from self.follow(arm, rounds)
                case ForNode(slot=slot, bound=bound, body=inner):
                    counts = sorted({min(bound, count) for count in self.item_counts})
                    items = counts[self.choose(f"len {slot}", len(counts))]
                    for position in range(1, items + 1):
                        yield from self.follow(inner, (*rounds, (position, items)))

    def evaluate(self, test: list[Any], rounds: tuple[tuple[int, int], ...]) -> bool:
        match test:
            case ["not", inner]:
                return not self.evaluate(inner, rounds)
            case ["and", first, second]:
                return self.evaluate(first, rounds) and self.evaluate(second, rounds)
            case ["or", first, second]:
                return self.evaluate(first, rounds) or self.evaluate(second, rounds)
            case ["loop.first"]:
                return rounds[-1][0] == 1
            case ["loop.last"]:
                return rounds[-1][0] == rounds[-1][1]
        return not self.choose(_name_test(test, rounds), 2)

    def choose(self, subject: str, options: int) -> int:
        """The option for `subject`: the same one whenever it comes up again on this path."""
        if subject not in self.outcomes:
            position = len(self.choices)
            choice = self.script[position] if position < len(self.script) else 0
            self.choices.append((choice, options))
            self.outcomes[subject] = choice
        return self.outcomes[subject]


def render_paths(body: Body, choose_sample: Callable[[PutNode], str]) -> Iterator[str]:
    """The text of every path through `body`; `choose_sample` fills the blanks. TooManyPaths."""
    for pieces in follow_paths(body, choose_sample):
        yield "".join(piece.text for piece in pieces)


def follow_paths(
    body: Body,
    choose_sample: Callable[[PutNode], str],
    *,
    item_counts: tuple[int, ...] = ITEM_COUNTS,
    surely_defined: Iterable[str] = (),
) -> Iterator[list[PathPiece]]:
    """The pieces of every path through `body`, first of the path on which each test holds.

    A loop takes each of `item_counts`, at most its bound; the slots `surely_defined` have a value
    on every path. TooManyPaths after MAX_PATHS paths.
    """
    outcomes = {_name_test(["defined", ["slot", slot]], ()): 0 for slot in surely_defined}
    script: list[int] = []
    for _ in range(MAX_PATHS):
        run = _PathRun(
            script=script,
            choose_sample=choose_sample,
            item_counts=item_counts,
            outcomes=dict(outcomes),
        )
        yield [*run.follow(body)]
        while run.choices and run.choices[-1][0] + 1 == run.choices[-1][1]:
            run.choices.pop()
        if not run.choices:
            return
        script = [choice for choice, _ in run.choices]
        script[-1] += 1
    raise TooManyPaths(f"more than {MAX_PATHS} paths lead through the template")


def _name_test(test: list[Any], rounds: tuple[tuple[int, int], ...]) -> str:
    """The subject of the choice that `test` is: another one for another item, if it may vary."""
    positions = [position for position, _ in rounds] if _varies_by_item(test) else ""
    return f"{positions} {json.dumps(test)}"


def _varies_by_item(test: list[Any]) -> bool:
    """Whether a test may have another outcome for another item of a loop."""
    return "field" in test[:1] or any(
        isinstance(part, list) and _varies_by_item(part) for part in test
    )
