"""ScriptedGenerator: the generator's twin for tests; it says what it was told to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock

from edgefill.core.errors import EngineUnavailable, GenerationError
from edgefill.drafting.generator import Draft, GenerationOrder

ScriptedAnswer = str | GenerationError


class ScriptedGenerator:
    """Answers in order from a list, or whatever a function of the order says.

    `orders` keeps what was asked. A list that has run out is a service that has gone down.
    """

    def __init__(
        self, answers: Iterable[ScriptedAnswer] | Callable[[GenerationOrder], ScriptedAnswer]
    ) -> None:
        self.orders: list[GenerationOrder] = []
        self._lock = Lock()
        self._answer = answers if callable(answers) else _replay(answers)

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """The next answer; a GenerationError among the answers is raised."""
        with self._lock:
            self.orders.append(order)
            answer = self._answer(order)
        if isinstance(answer, GenerationError):
            raise answer
        return Draft(text=answer, model="scripted", tokens=len(answer.split()), seconds=0.0)


def _replay(answers: Iterable[ScriptedAnswer]) -> Callable[[GenerationOrder], ScriptedAnswer]:
    remaining = iter(answers)
    return lambda _order: next(remaining, EngineUnavailable("the script has run out of answers"))
