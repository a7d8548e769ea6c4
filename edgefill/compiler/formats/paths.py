"""Renders every path through a template's branches and loops with sample values.

Each run follows a script of choices and records the new ones that it meets; the next run changes
the last choice that has another option. Along one path a test has the same outcome everywhere;
`loop.first` and `loop.last` are computed; a list has zero, one or two items.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from edgefill.compiler.language.typed_tree import Body, ForNode, IfNode, PutNode, StaticNode

MAX_PATHS = 512


class TooManyPaths(ValueError):
    """The template has more than MAX_PATHS paths through it."""


@dataclass(slots=True)
class _PathRun:
    """One path: it follows a script of choices, then takes the first option of each new choice."""

    script: list[int]
    choose_sample: Callable[[PutNode], str]
    # each choice with its number of options, in the order in which they came up
    choices: list[tuple[int, int]] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)

    def render(self, body: Body, rounds: tuple[tuple[int, int], ...] = ()) -> str:
        """The text of `body`; `rounds` is (position from 1, items) for each enclosing loop."""
        parts: list[str] = []
        for node in body:
            match node:
                case StaticNode(text=text):
                    parts.append(text)
                case PutNode():
                    parts.append(self.choose_sample(node))
                case IfNode(arms=arms, otherwise=otherwise):
                    arm = next((b for test, b in arms if self.evaluate(test, rounds)), otherwise)
                    parts.append(self.render(arm, rounds))
                case ForNode(slot=slot, bound=bound, body=inner):
                    items = self.choose(f"len {slot}", min(bound, 2) + 1)
                    for position in range(1, items + 1):
                        parts.append(self.render(inner, (*rounds, (position, items))))
        return "".join(parts)

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
        positions = [position for position, _ in rounds] if _varies_by_item(test) else ""
        return not self.choose(f"{positions} {json.dumps(test)}", 2)

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
    script: list[int] = []
    for _ in range(MAX_PATHS):
        run = _PathRun(script=script, choose_sample=choose_sample)
        yield run.render(body)
        while run.choices and run.choices[-1][0] + 1 == run.choices[-1][1]:
            run.choices.pop()
        if not run.choices:
            return
        script = [choice for choice, _ in run.choices]
        script[-1] += 1
    raise TooManyPaths(f"more than {MAX_PATHS} paths lead through the template")


def _varies_by_item(test: list[Any]) -> bool:
    """Whether a test may have another outcome for another item of a loop."""
    return "field" in test[:1] or any(
        isinstance(part, list) and _varies_by_item(part) for part in test
    )
