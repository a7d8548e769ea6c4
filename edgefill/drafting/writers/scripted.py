"""ScriptedGenerator: a generator for tests that replays prepared answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock

from edgefill.core.errors import EngineUnavailable, GenerationError
from edgefill.drafting.writers.generator import Draft, GenerationOrder

ScriptedAnswer = str | GenerationError


class ScriptedGenerator:
    """Answers from a list, in its order, or with a function of the order.

    `orders` records every order. When the list runs out, the generator is unavailable.
    """

    def __init__(
        self, answers: Iterable[ScriptedAnswer] | Callable[[GenerationOrder], ScriptedAnswer]
    ) -> None:
        self.orders: list[GenerationOrder] = []
        self._lock = Lock()
        self._answer = answers if callable(answers) else _replay(answers)

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """Return the next answer, or raise it if it is a GenerationError."""
        with self._lock:
            self.orders.append(order)
            answer = self._answer(order)
        if isinstance(answer, GenerationError):
            raise answer
        return Draft(text=answer, model="scripted", tokens=len(answer.split()), seconds=0.0)


def _replay(answers: Iterable[ScriptedAnswer]) -> Callable[[GenerationOrder], ScriptedAnswer]:
    remaining = iter(answers)
    return lambda _order: next(remaining, EngineUnavailable("the script has run out of answers"))
