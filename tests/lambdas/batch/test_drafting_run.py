"""Runs: bounded, watched, interrupted, resumed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import CatalogueRefused, EngineUnavailable
from edgefill.core.keys import Key
from edgefill.drafting.attempts import DraftOutcome, FinishedDraft
from edgefill.drafting.batch_drafter import BatchDrafter
from edgefill.drafting.generator import Draft, GenerationOrder, Generator
from edgefill.drafting.scripted import ScriptedGenerator
from lambdas.batch.drafting_run import run_drafting
from lambdas.batch.journal import open_journal, read_drafts
from lambdas.batch.plan import unique_keys
from lambdas.batch.report import DraftingReport

Make = Callable[..., BatchDrafter]
KILLED = Path(__file__).with_name("slow_factory.py")


class RecordingProgress:
    """Progress that keeps what it was told."""

    def __init__(self) -> None:
        self.started: tuple[int, int] | None = None
        self.outcomes: list[DraftOutcome] = []

    def start(self, *, planned: int, reused: int) -> None:
        """Keep the size of the run."""
        self.started = (planned, reused)

    def advance(self, outcome: DraftOutcome) -> None:
        """Keep the outcome."""
        self.outcomes.append(outcome)


class Stage:
    """A factory around one catalogue and journal."""

    def __init__(self, catalogue: Catalogue, make: Make, folder: Path) -> None:
        self.keys = unique_keys(catalogue.list_keys())
        self.make = make
        self.path = folder / "drafts.jsonl"
        self.seen = RecordingProgress()

    def run(self, generator: Generator, *, concurrency: int = 2, tries: int = 2) -> DraftingReport:
        """One run over all keys."""
        with open_journal(self.path, "c1") as journal:
            return run_drafting(
                self.keys,
                drafter=self.make(generator, max_attempts=tries),
                journal=journal,
                concurrency=concurrency,
                progress=self.seen,
            )


@pytest.fixture
def stage(catalogue: Catalogue, drafter: Make, tmp_path: Path) -> Stage:
    """Six keys and an empty journal."""
    return Stage(catalogue, drafter, tmp_path)


def test_drafts_every_key_once(stage: Stage) -> None:
    """Every planned key has its draft in the journal and was asked for once."""
    generator = ScriptedGenerator(lambda order: f"{order.prompt}!")
    report = stage.run(generator, concurrency=4)
    assert (report.planned, report.drafted, report.at_first_attempt, report.reused) == (6, 6, 6, 0)
    assert report.complete
    assert read_drafts(stage.path, "c1").keys() == set(stage.keys)
    assert set(Counter(order.prompt for order in generator.orders).values()) == {1}


def test_a_second_run_has_nothing_to_do(stage: Stage) -> None:
    """What is in the journal is not asked for again."""
    stage.run(ScriptedGenerator(lambda _order: "Hello"))
    idle = ScriptedGenerator([])
    report = stage.run(idle)
    assert (report.reused, report.drafted, report.untried, report.complete) == (6, 0, 0, True)
    assert idle.orders == []


def test_a_draft_that_is_refused_by_now_is_made_again(
    stage: Stage, drafted: Callable[..., FinishedDraft]
) -> None:
    """A journal from before a rule was added keeps nobody from following it."""
    with open_journal(stage.path, "c1") as journal:
        journal.append(drafted(stage.keys[0], "Dear [name]"))
    report = stage.run(ScriptedGenerator(lambda _order: "Hello"))
    assert (report.reused, report.drafted) == (0, 6)
    assert read_drafts(stage.path, "c1")[stage.keys[0]].text == "Hello"


def test_reports_what_failed_and_goes_on(stage: Stage) -> None:
    """A key that cannot be drafted costs the others nothing, and is tried in the next run."""

    def answer(order: GenerationOrder) -> str:
        return "[x]" if "[" in order.prompt or "de for tier gold" in order.prompt else "Hello"

    report = stage.run(ScriptedGenerator(answer))
    assert (report.drafted, len(report.failed), report.untried) == (5, 1, 0)
    assert (str(report.failed[0].key), report.failed[0].kind) == ("greeting/de/gold", "placeholder")
    assert stage.run(ScriptedGenerator(["Hello"])).complete


def test_shows_its_progress(stage: Stage) -> None:
    """Whoever watches learns the size of the run and every outcome."""
    stage.run(ScriptedGenerator(["Hello"]))
    stage.seen = RecordingProgress()
    stage.run(ScriptedGenerator(lambda _order: "Hello"))
    assert stage.seen.started == (6, 1)
    assert len(stage.seen.outcomes) == 5


def test_an_engine_that_is_gone_stops_the_run(stage: Stage) -> None:
    """Nobody is asked key after key for what nobody can give; the rest is left for later."""
    generator = ScriptedGenerator(["Hello", "Hello", EngineUnavailable("gpu: refused")])
    report = stage.run(generator, concurrency=1)
    assert (report.drafted, report.untried, report.stop_reason) == (2, 4, "gpu: refused")
    assert len(generator.orders) == 3
    assert not report.complete


def test_keeps_to_its_concurrency(stage: Stage) -> None:
    """Never more orders in flight than allowed, and really that many."""
    barrier, lock = threading.Barrier(3, timeout=60), threading.Lock()
    flying = [0, 0]

    def answer(_order: GenerationOrder) -> str:
        return "Hello"

    class Watching(ScriptedGenerator):
        def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
            with lock:
                flying[0] += 1
                flying[1] = max(flying)
            barrier.wait()
            with lock:
                flying[0] -= 1
            return super().generate(order, deadline_s=deadline_s)

    assert stage.run(Watching(answer), concurrency=3).complete
    assert flying == [0, 3]


def test_an_unexpected_error_ends_the_run_and_loses_nothing(stage: Stage) -> None:
    """What was finished before a broken prompt stays in the journal."""

    def answer(order: GenerationOrder) -> str:
        if "de for" in order.prompt:
            raise CatalogueRefused("prompts/draft.j2: broken")
        return "Hello"

    with pytest.raises(CatalogueRefused, match="broken"):
        stage.run(ScriptedGenerator(answer), concurrency=1)
    assert len(read_drafts(stage.path, "c1")) == 3


def test_runs_without_anybody_watching(stage: Stage, drafter: Make) -> None:
    """Progress may be left out."""
    generator = ScriptedGenerator(lambda _order: "Hello")
    with open_journal(stage.path, "c1") as journal:
        report = run_drafting(
            stage.keys, drafter=drafter(generator), journal=journal, concurrency=1
        )
    assert report.complete


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_a_killed_run_loses_no_draft_and_does_none_twice(
    stage: Stage, tmp_path: Path, answers: int
) -> None:
    """SIGKILL after some drafts: the next run keeps exactly those and drafts the others."""
    command = [sys.executable, str(KILLED), str(stage.path), str(answers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as factory:
        assert factory.stdout
        assert factory.stdout.readline() == "stopped\n"
        factory.kill()
    before = read_drafts(stage.path, "c1")
    generator = ScriptedGenerator(lambda _order: "Hello")
    report = stage.run(generator)
    assert (len(before), report.reused, report.drafted) == (answers, answers, 6 - answers)
    assert len(generator.orders) == 6 - answers
    after: dict[Key, FinishedDraft] = read_drafts(stage.path, "c1")
    assert all(after[key] == draft for key, draft in before.items())
