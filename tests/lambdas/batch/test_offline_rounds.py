"""Waves: many keys at once, each as it would be drafted alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
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
from edgefill.drafting.generator import Draft, GenerationOrder
from edgefill.drafting.scripted import ScriptedAnswer, ScriptedGenerator
from lambdas.batch.journal import open_journal
from lambdas.batch.offline_rounds import draft_in_rounds

Make = Callable[..., BatchDrafter]


class Scripted:
    """Writes what a function says of each order; keeps how many orders each wave had."""

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


def test_refused_keys_are_asked_again_until_few_are_left(
    catalogue: Catalogue, drafter: Make, tmp_path: Path
) -> None:
    """The second wave has the refused alone; below `least` they are left with their complaint."""
    writer = Scripted(german_takes_two)
    with open_journal(tmp_path / "j", catalogue.version) as journal:
        waves = draft_in_rounds(
            catalogue.list_keys(),
            drafter=drafter(ScriptedGenerator([])),
            journal=journal,
            generator=writer,
            min_keys=4,
        )
        assert set(journal.drafts) == set(filter(english, catalogue.list_keys()))
    assert writer.sizes == [6]
    assert {key.locale for key in waves.remaining} == {"de"}
    assert all(
        asked.count == 1 and "bracket" in asked.complaint for asked in waves.remaining.values()
    )


def test_the_drafts_are_those_of_one_key_at_a_time(
    catalogue: Catalogue, drafter: Make, tmp_path: Path
) -> None:
    """The same orders, seeds and outcomes, whether waves or the service wrote them."""

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
        waves = draft_in_rounds(
            catalogue.list_keys(), drafter=single, journal=journal, generator=writer, min_keys=1
        )
    found = {outcome.key: outcome for outcome in waves.outcomes}
    assert not waves.remaining
    assert {k: (type(o), o.tries) for k, o in found.items()} == {
        k: (type(o), o.tries) for k, o in expected.items()
    }
    assert sorted(order.seed or 0 for order in writer.generator.orders) == sorted(
        order.seed or 0 for order in alone.orders
    )


def test_what_is_left_goes_on_where_it_was(
    catalogue: Catalogue, drafter: Make, tmp_path: Path
) -> None:
    """The service mends what a wave drafted; tries and cost are counted together."""
    mends = drafter(ScriptedGenerator(lambda _: "Hallo {{ name }}"), max_attempts=2)
    with open_journal(tmp_path / "j", catalogue.version) as journal:
        waves = draft_in_rounds(
            catalogue.list_keys(),
            drafter=mends,
            journal=journal,
            generator=Scripted(german_takes_two),
            min_keys=6,
        )
    key = next(iter(waves.remaining))
    outcome = replace(mends, earlier=waves.remaining).draft(key)
    assert isinstance(outcome, FinishedDraft)
    assert outcome.tries == 2
    assert replace(mends, earlier=waves.remaining).is_valid(outcome)


def test_the_last_try_ends_a_key(catalogue: Catalogue, drafter: Make, tmp_path: Path) -> None:
    """Failed, with its reason; nothing is left for the service."""
    with open_journal(tmp_path / "j", catalogue.version) as journal:
        waves = draft_in_rounds(
            catalogue.list_keys(),
            drafter=drafter(ScriptedGenerator([]), max_attempts=2),
            journal=journal,
            generator=Scripted(lambda _: "["),
            min_keys=1,
        )
    assert (len(waves.outcomes), len(waves.remaining)) == (6, 0)
    assert {type(outcome) for outcome in waves.outcomes} == {FailedDraft}


@pytest.mark.parametrize("error", [InputRefused("too long"), EngineUnavailable("no GPU")])
def test_a_wave_that_cannot_be_written(
    catalogue: Catalogue, drafter: Make, tmp_path: Path, error: Exception
) -> None:
    """Keys that do not go together are left to the service; a dead engine ends the run."""

    class Refuses:
        def generate_all(self, _orders: Sequence[GenerationOrder]) -> list[Draft | GenerationError]:
            raise error

    with open_journal(tmp_path / "j", catalogue.version) as journal:

        def begun() -> int:
            given = drafter(ScriptedGenerator([]))
            return len(
                draft_in_rounds(
                    catalogue.list_keys(),
                    drafter=given,
                    journal=journal,
                    generator=Refuses(),
                    min_keys=1,
                ).remaining
            )

        if isinstance(error, InputRefused):
            assert begun() == 6
        else:
            with pytest.raises(EngineUnavailable):
                begun()
