"""Drafting a missed key: at most two attempts, before a deadline."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.core.errors import EngineBusy, TemplateRefused
from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.drafter import Drafter
from edgefill.drafting.miss_drafter import MissDrafter
from edgefill.drafting.writers.generator import Draft, GenerationOrder, Lane
from edgefill.drafting.writers.scripted import ScriptedAnswer, ScriptedGenerator
from tests.edgefill.drafting.fixtures import make_roles, no_brackets

KEY = parse_key("greeting/en/gold")


class SlowGenerator:
    """Takes `takes_s` of its own clock for each draft; records the deadlines of its orders."""

    def __init__(self, answers: list[ScriptedAnswer], takes_s: float) -> None:
        self.now = 100.0
        self.deadlines: list[float] = []
        self.script = ScriptedGenerator(answers)
        self._takes_s = takes_s

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        self.deadlines.append(deadline_s)
        self.now += self._takes_s
        return self.script.generate(order, deadline_s=deadline_s)


Draw = Callable[..., Attempts]


@pytest.fixture
def draft(catalogue: Catalogue, prompts: PromptTemplates) -> Draw:
    """Drafts KEY within eight seconds."""

    def make(generator: SlowGenerator, lane: Lane = "interactive", question: str = "") -> Attempts:
        drafter = Drafter(
            catalogue=catalogue, prompts=prompts, roles=make_roles(generator), check=no_brackets
        )
        misses = MissDrafter(drafter=drafter, tick=lambda: generator.now)
        entry = catalogue.entry(KEY.experience)
        return misses.draft(KEY, entry, deadline=108.0, lane=lane, question=question)

    return make


def test_a_valid_draft_needs_one_order(draft: Draw) -> None:
    """The order may take the whole time; the engine chooses the seed."""
    generator = SlowGenerator(["Hello {{ name }}"], takes_s=1)
    attempts = draft(generator, lane="batch")
    best = attempts.best
    assert best is not None
    assert (best.text, best.provenance.model, attempts.tokens) == (
        "Hello {{ name }}", "scripted", 4,
    )  # fmt: skip
    assert generator.deadlines == [8.0]
    (order,) = generator.script.orders
    assert (order.seed, order.lane, order.max_chars) == (None, "batch", 300)


def test_a_candidate_has_no_blank_before_an_optional_part(draft: Draw) -> None:
    """The drafter moves it into the part, which may be absent."""
    generator = SlowGenerator(["Hello. {% if name is defined %}Hi.{% endif %}"], takes_s=1)
    best = draft(generator).best
    assert best is not None
    assert best.text == "Hello.{% if name is defined %} Hi.{% endif %}"


def test_a_refused_draft_is_revised_with_the_first_complaint(draft: Draw) -> None:
    """The revision has the rest of the time; the tokens of both drafts count."""
    generator = SlowGenerator(["Hi [a] [b]", "Hello"], takes_s=3.5)
    assert draft(generator).tokens == 4
    assert generator.deadlines == [8.0, 4.5]
    assert generator.script.orders[1].prompt == (
        "better than: Hi [a] [b]\n"
        "greeting/en/gold:1:4: a bracket is left over [placeholder]; write a slot"
    )


def test_no_revision_when_less_time_is_left_than_the_first_draft_took(draft: Draw) -> None:
    """The complaint is the reason at once."""
    generator = SlowGenerator(["[a]", "Hello"], takes_s=4)
    assert isinstance(draft(generator).find_error(), TemplateRefused)
    assert len(generator.script.orders) == 1


def test_a_revision_is_not_revised(draft: Draw) -> None:
    """The second refusal is the reason."""
    generator = SlowGenerator(["[a]", "b [c]", "Hello"], takes_s=0.1)
    assert ":1:3:" in str(draft(generator).find_error())
    assert len(generator.script.orders) == 2


@pytest.mark.parametrize("answers", [[EngineBusy("full")], ["[a]", EngineBusy("full")]])
def test_an_error_ends_the_drafting(draft: Draw, answers: list[ScriptedAnswer]) -> None:
    """No further order is sent."""
    with pytest.raises(EngineBusy):
        draft(SlowGenerator([*answers, "Hello"], takes_s=0.1))


def test_a_question_is_answered_in_both_prompts(draft: Draw) -> None:
    """The first prompt is that of answers."""
    generator = SlowGenerator(["Hello"], takes_s=0.1)
    draft(generator, question="where is it?")
    assert generator.script.orders[0].prompt == "answer: where is it?"
