"""The generator's twin."""

from __future__ import annotations

import pytest

from edgefill.core.errors import EngineBusy, EngineUnavailable
from edgefill.drafting.generator import GenerationOrder, Generator
from edgefill.drafting.scripted import ScriptedGenerator

ORDER = GenerationOrder(prompt="Greet", format="text")


def test_says_what_it_was_told_in_order() -> None:
    """Texts become drafts, errors are raised, and the orders are kept."""
    generator: Generator = ScriptedGenerator(["Hello", EngineBusy("full"), "Bye"])
    assert generator.generate(ORDER, deadline_s=1).text == "Hello"
    with pytest.raises(EngineBusy):
        generator.generate(ORDER, deadline_s=1)
    assert generator.generate(ORDER, deadline_s=1).text == "Bye"


def test_a_finished_script_is_a_dead_service() -> None:
    """Asking beyond the script is an unavailable engine."""
    with pytest.raises(EngineUnavailable, match="run out"):
        ScriptedGenerator([]).generate(ORDER, deadline_s=1)


def test_answers_by_function() -> None:
    """A function sees each order."""
    generator = ScriptedGenerator(lambda order: f"{order.prompt}!")
    assert generator.generate(ORDER, deadline_s=1).text == "Greet!"
    assert generator.orders == [ORDER]
