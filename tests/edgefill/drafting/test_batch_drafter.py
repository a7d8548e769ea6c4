"""Drafting one key of a batch: orders, complaints and giving up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)
from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import FailedDraft, FinishedDraft
from edgefill.drafting.batch_drafter import BatchDrafter, BatchPolicy
from edgefill.drafting.writers.scripted import ScriptedGenerator

KEY = parse_key("greeting/en/gold")
Make = Callable[..., BatchDrafter]


def test_a_good_answer_is_a_draft(drafter: Make) -> None:
    """The first valid text is the draft."""
    outcome = drafter(ScriptedGenerator(["Hello {{ name }}"])).draft(KEY)
    assert isinstance(outcome, FinishedDraft)
    assert (outcome.candidate.text, outcome.attempts) == ("Hello {{ name }}", 1)
    assert outcome.candidate.provenance.model == "scripted"


def test_orders_what_the_experience_declares(drafter: Make) -> None:
    """The order holds the experience's form and slots, in the batch lane."""
    generator = ScriptedGenerator(["Hello"])
    drafter(generator).draft(KEY)
    order = generator.orders[0]
    assert (order.format, order.max_chars, order.lane) == ("text", 300, "batch")
    assert [slot.name for slot in order.slots] == ["name"]
    assert order.prompt == "greet the visitor warmly in en for tier gold"


def test_a_refused_text_is_revised(drafter: Make) -> None:
    """The prompt repeats the text with every complaint; the order has a new seed."""
    generator = ScriptedGenerator(["Hi [name] [x]", "Hello"])
    outcome = drafter(generator).draft(KEY)
    first, second = generator.orders
    complaint = "a bracket is left over; write a slot"
    assert second.prompt == f"better than: Hi [name] [x]\n{complaint}\n{complaint}"
    assert first.seed != second.seed
    assert isinstance(outcome, FinishedDraft)
    assert (outcome.attempts, outcome.tokens) == (2, 4)


def test_gives_up_with_the_last_reason(drafter: Make) -> None:
    """After its attempts a key has failed, with the rule and the place."""
    outcome = drafter(ScriptedGenerator(["[a]", "[b]"]), max_attempts=2).draft(KEY)
    assert outcome == FailedDraft(
        key=KEY,
        kind="placeholder",
        reason="greeting/en/gold:1:1: a bracket is left over [placeholder]; write a slot",
        attempts=2,
        tokens=2,
    )


@pytest.mark.parametrize(
    "error", [InvalidEngineOutput("?"), EngineTimeout("slow"), EngineBusy("full")]
)
def test_a_failed_attempt_is_followed_by_another(drafter: Make, error: GenerationError) -> None:
    """Invalid output, a timeout and a full queue cost one attempt, not the key."""
    outcome = drafter(ScriptedGenerator([error, "Hello"])).draft(KEY)
    assert isinstance(outcome, FinishedDraft)
    assert outcome.attempts == 2


def test_a_failed_attempt_keeps_the_complaint(drafter: Make) -> None:
    """The next prompt is still that of the revision."""
    generator = ScriptedGenerator(["[a]", EngineTimeout("slow"), "Hello"])
    drafter(generator).draft(KEY)
    assert generator.orders[1].prompt == generator.orders[2].prompt
    assert generator.orders[1].seed != generator.orders[2].seed


def test_a_refused_revision_is_not_revised_again(drafter: Make) -> None:
    """Draft, revision, draft, revision: a text is revised only once."""
    generator = ScriptedGenerator(["[a]", "[b]", "[c]", "[d]"])
    drafter(generator, max_attempts=4).draft(KEY)
    prompts = [order.prompt for order in generator.orders]
    assert prompts[0] == prompts[2]
    assert "[a]" in prompts[1]
    assert "[c]" in prompts[3]
    assert len({order.seed for order in generator.orders}) == 4


def test_a_failure_names_its_error(drafter: Make) -> None:
    """A key without any draft fails with the error's name."""
    outcome = drafter(ScriptedGenerator([EngineTimeout("too slow")]), max_attempts=1).draft(KEY)
    assert isinstance(outcome, FailedDraft)
    assert (outcome.kind, outcome.reason) == ("EngineTimeout", "too slow")


def test_an_unavailable_engine_is_not_a_failure_of_the_key(drafter: Make) -> None:
    """It ends the run instead."""
    with pytest.raises(EngineUnavailable):
        drafter(ScriptedGenerator([])).draft(KEY)


def choose_seed(seed: int, number: int) -> int:
    return BatchPolicy(seed=seed).choose_seed(KEY, number)


def test_seeds_are_the_same_in_every_run() -> None:
    """A seed depends only on the policy, the key and the attempt, and fits 31 bits."""
    assert choose_seed(1, 1) == choose_seed(1, 1)
    seeds = {choose_seed(seed, number) for seed in (0, 1) for number in range(50)}
    assert len(seeds) == 100
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_reviser_keeps_to_its_budget(drafter: Make) -> None:
    """After so many revisions the other attempts are drafts."""
    generator = ScriptedGenerator(["[a]", "[b]", "[c]", "[d]", "[e]", "[f]"])
    limited = drafter(generator, max_attempts=6)
    roles = replace(limited.drafter.roles, max_revisions=1)
    replace(limited, drafter=replace(limited.drafter, roles=roles)).draft(KEY)
    revisions = [order for order in generator.orders if "better than" in order.prompt]
    assert (len(generator.orders), len(revisions)) == (6, 1)
