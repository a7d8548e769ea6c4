"""ScriptedGenerator."""

from __future__ import annotations

import pytest

from edgefill.core.errors import EngineBusy, EngineUnavailable
from edgefill.drafting.writers.generator import GenerationOrder, Generator
from edgefill.drafting.writers.scripted import ScriptedGenerator

ORDER = GenerationOrder(prompt="Greet", format="text")


def test_replays_its_answers_in_order() -> None:
    """Texts become drafts, errors are raised, and the orders are recorded."""
    generator: Generator = ScriptedGenerator(["Hello", EngineBusy("full"), "Bye"])
    assert generator.generate(ORDER, deadline_s=1).text == "Hello"
    with pytest.raises(EngineBusy):
        generator.generate(ORDER, deadline_s=1)
    assert generator.generate(ORDER, deadline_s=1).text == "Bye"


def test_after_the_last_answer_the_service_is_unavailable() -> None:
    """A further order raises EngineUnavailable."""
    with pytest.raises(EngineUnavailable, match="run out"):
        ScriptedGenerator([]).generate(ORDER, deadline_s=1)


def test_answers_by_function() -> None:
    """A function sees each order."""
    generator = ScriptedGenerator(lambda order: f"{order.prompt}!")
    assert generator.generate(ORDER, deadline_s=1).text == "Greet!"
    assert generator.orders == [ORDER]
