"""Offline rounds: many keys at once, each drafted as it would be alone."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import (
    EngineUnavailable,
    GenerationError,
    InputRefused,
    InvalidEngineOutput,
)
from edgefill.core.keys import Key
from edgefill.drafting.attempts import FailedDraft, FinishedDraft
from edgefill.drafting.batch_drafter import BatchDrafter
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.drafting.writers.scripted import ScriptedAnswer, ScriptedGenerator
from lambdas.batch.drafting_run import connect
from lambdas.batch.journal import open_journal
from lambdas.batch.offline_rounds import draft_in_rounds

Make = Callable[..., BatchDrafter]


class Scripted:
    """Answers each order with a function; records how many orders each round had."""

    def __init__(self, answer: Callable[[GenerationOrder], ScriptedAnswer]) -> None:
        self.generator = ScriptedGenerator(answer)
        self.sizes: list[int] = []

    def generate_all(self, orders: Sequence[GenerationOrder]) -> list[Draft | GenerationError]:
        self.sizes.append(len(orders))
        return [self._one(order) for order in orders]

    def _one(self, order: GenerationOrder) -> Draft | GenerationError:
        try:
            return self.generator.generate(order, deadline_s=1)
        except GenerationError as error:
            return error


def english(key: Key) -> bool:
    return key.locale == "en"


def german_takes_two(order: GenerationOrder) -> str:
    return "Hallo [" if " de " in order.prompt else "Hello {{ name }}"


def test_refused_keys_are_ordered_again_until_few_remain(
    catalogue: Catalogue, drafter: Make, tmp_path: Path
) -> None:
    """Only refused keys remain for a second round; below `min_keys` they keep their complaint."""
    writer = Scripted(german_takes_two)
    with open_journal(tmp_path / "j", catalogue.version) as journal:
        rounds = draft_in_rounds(
            catalogue.list_keys(),
            drafter=drafter(ScriptedGenerator([])),
            journal=journal,
            generator=writer,
            min_keys=4,
        )
        passed = [key for key, each in journal.attempts.items() if each.best]
        assert set(passed) == set(filter(english, catalogue.list_keys()))
    assert writer.sizes == [6]
    assert {key.locale for key in rounds.remaining} == {"de"}
    assert all(
        attempts.count == 1 and attempts.last and "bracket" in attempts.last.complaint
        for attempts in rounds.remaining.values()
    )


def test_the_drafts_are_those_of_one_key_at_a_time(
    catalogue: Catalogue, drafter: Make, tmp_path: Path
) -> None:
    """The same orders, seeds and outcomes, whether drafted in rounds or one by one."""

    def answer(order: GenerationOrder) -> ScriptedAnswer:
        if "better than" in order.prompt:
            return "Guten Tag {{ name }}"
        return InvalidEngineOutput("cut off") if order.seed and order.seed % 3 == 0 else "Hallo ["

    alone, writer = ScriptedGenerator(answer), Scripted(answer)
    single = drafter(alone, max_attempts=4)
    expected = dict(
        zip(catalogue.list_keys(), map(single.draft, catalogue.list_keys()), strict=True)
    )
    with open_journal(tmp_path / "j", catalogue.version) as journal:
        rounds = draft_in_rounds(
            catalogue.list_keys(), drafter=single, journal=journal, generator=writer, min_keys=1
        )
    outcomes = {outcome.key: outcome for outcome in rounds.outcomes}
    assert not rounds.remaining
    assert {k: (type(o), o.attempts) for k, o in outcomes.items()} == {
        k: (type(o), o.attempts) for k, o in expected.items()
    }
    assert sorted(order.seed or 0 for order in writer.generator.orders) == sorted(
        order.seed or 0 for order in alone.orders
    )


def test_a_remaining_key_continues_its_attempts(
    catalogue: Catalogue, drafter: Make, tmp_path: Path
) -> None:
    """The service revises the draft of a round; attempts and tokens are counted together."""
    drafter_of_two = drafter(ScriptedGenerator(lambda _: "Hallo {{ name }}"), max_attempts=2)
    with open_journal(tmp_path / "j", catalogue.version) as journal:
        rounds = draft_in_rounds(
            catalogue.list_keys(),
            drafter=drafter_of_two,
            journal=journal,
            generator=Scripted(german_takes_two),
            min_keys=6,
        )
        key = next(iter(rounds.remaining))
        outcome = connect(drafter_of_two, journal).draft(key)
    assert isinstance(outcome, FinishedDraft)
    assert outcome.attempts == 2


def test_the_last_try_ends_a_key(catalogue: Catalogue, drafter: Make, tmp_path: Path) -> None:
    """It has failed with its reason; nothing remains for the service."""
    with open_journal(tmp_path / "j", catalogue.version) as journal:
        rounds = draft_in_rounds(
            catalogue.list_keys(),
            drafter=drafter(ScriptedGenerator([]), max_attempts=2),
            journal=journal,
            generator=Scripted(lambda _: "["),
            min_keys=1,
        )
    assert (len(rounds.outcomes), len(rounds.remaining)) == (6, 0)
    assert {type(outcome) for outcome in rounds.outcomes} == {FailedDraft}


@pytest.mark.parametrize("error", [InputRefused("too long"), EngineUnavailable("no GPU")])
def test_a_round_that_cannot_be_processed(
    catalogue: Catalogue, drafter: Make, tmp_path: Path, error: Exception
) -> None:
    """Keys that cannot be processed together remain; a dead engine ends the run."""

    class Refuses:
        def generate_all(self, _orders: Sequence[GenerationOrder]) -> list[Draft | GenerationError]:
            raise error

    with open_journal(tmp_path / "j", catalogue.version) as journal:

        def count_remaining() -> int:
            refusing = drafter(ScriptedGenerator([]))
            return len(
                draft_in_rounds(
                    catalogue.list_keys(),
                    drafter=refusing,
                    journal=journal,
                    generator=Refuses(),
                    min_keys=1,
                ).remaining
            )

        if isinstance(error, InputRefused):
            assert count_remaining() == 6
        else:
            with pytest.raises(EngineUnavailable):
                count_remaining()
