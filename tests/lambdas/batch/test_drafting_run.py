"""Drafting runs: limited, observed, interrupted and resumed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import CatalogueRefused, EngineUnavailable, JudgeUnavailable
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts, DraftOutcome
from edgefill.drafting.batch_drafter import BatchDrafter
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.writers.generator import Draft, GenerationOrder, Generator
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging.verdict import Verdict
from lambdas.batch.drafting_run import connect, run_drafting
from lambdas.batch.journal import open_journal, read_attempts
from lambdas.batch.plan import unique_keys
from lambdas.batch.report import DraftingReport

Make = Callable[..., BatchDrafter]
KILLED = "tests.lambdas.batch.slow_drafting_run"
ROOT = Path(__file__).parents[3]


class RecordingProgress:
    """Records the progress of a run."""

    def __init__(self) -> None:
        self.started: tuple[int, int] | None = None
        self.outcomes: list[DraftOutcome] = []

    def start(self, *, planned: int, reused: int) -> None:
        """Keep the size of the run."""
        self.started = (planned, reused)

    def advance(self, outcome: DraftOutcome) -> None:
        """Keep the outcome."""
        self.outcomes.append(outcome)


class DraftingRuns:
    """Runs over one catalogue and one journal."""

    def __init__(self, catalogue: Catalogue, make: Make, folder: Path) -> None:
        self.keys = unique_keys(catalogue.list_keys())
        self.make = make
        self.path = folder / "drafts.jsonl"
        self.seen = RecordingProgress()

    def run(
        self, generator: Generator, *, concurrency: int = 2, max_attempts: int = 2
    ) -> DraftingReport:
        """One run over all keys."""
        with open_journal(self.path, "c1") as journal:
            return run_drafting(
                self.keys,
                drafter=self.make(generator, max_attempts=max_attempts),
                journal=journal,
                concurrency=concurrency,
                progress=self.seen,
            )


@pytest.fixture
def runs(catalogue: Catalogue, drafter: Make, tmp_path: Path) -> DraftingRuns:
    """Six keys and an empty journal."""
    return DraftingRuns(catalogue, drafter, tmp_path)


def test_drafts_every_key_once(runs: DraftingRuns) -> None:
    """Every planned key has its draft in the journal and was ordered once."""
    generator = ScriptedGenerator(lambda order: f"{order.prompt}!")
    report = runs.run(generator, concurrency=4)
    assert (report.planned, report.drafted, report.at_first_attempt, report.reused) == (6, 6, 6, 0)
    assert report.complete
    assert read_attempts(runs.path, "c1").keys() == set(runs.keys)
    assert set(Counter(order.prompt for order in generator.orders).values()) == {1}


def test_a_second_run_has_nothing_to_do(runs: DraftingRuns) -> None:
    """Keys in the journal are not ordered again."""
    runs.run(ScriptedGenerator(lambda _order: "Hello"))
    idle = ScriptedGenerator([])
    report = runs.run(idle)
    assert (report.reused, report.drafted, report.untried, report.complete) == (6, 0, 0, True)
    assert idle.orders == []


def test_a_journaled_draft_that_is_now_refused_is_drafted_again(
    runs: DraftingRuns, drafted: Callable[..., Candidate]
) -> None:
    """A journal from before a rule was added does not bypass the rule."""
    with open_journal(runs.path, "c1") as journal:
        old = drafted(runs.keys[0], "Dear [name]")
        journal.record(old.key, Attempts(candidates=(old,)))
    report = runs.run(ScriptedGenerator(lambda _order: "Hello"))
    assert (report.reused, report.drafted) == (0, 6)
    texts = [each.text for each in read_attempts(runs.path, "c1")[runs.keys[0]].candidates]
    assert texts == ["Dear [name]", "Hello"]


def test_reports_what_failed_and_goes_on(runs: DraftingRuns) -> None:
    """A key that cannot be drafted does not affect the others, and the next run tries it again."""

    def answer(order: GenerationOrder) -> str:
        return "[x]" if "[" in order.prompt or "de for tier gold" in order.prompt else "Hello"

    report = runs.run(ScriptedGenerator(answer))
    assert (report.drafted, len(report.failed), report.untried) == (5, 1, 0)
    assert (str(report.failed[0].key), report.failed[0].kind) == ("greeting/de/gold", "placeholder")
    assert runs.run(ScriptedGenerator(["Hello"])).complete


def test_shows_its_progress(runs: DraftingRuns) -> None:
    """The observer gets the size of the run and every outcome."""
    runs.run(ScriptedGenerator(["Hello"]))
    runs.seen = RecordingProgress()
    runs.run(ScriptedGenerator(lambda _order: "Hello"))
    assert runs.seen.started == (6, 1)
    assert len(runs.seen.outcomes) == 5


def test_an_engine_that_is_gone_stops_the_run(runs: DraftingRuns) -> None:
    """The run stops instead of trying every key; the others are left for a later run."""
    generator = ScriptedGenerator(["Hello", "Hello", EngineUnavailable("gpu: refused")])
    report = runs.run(generator, concurrency=1)
    assert (report.drafted, report.untried, report.stop_reason) == (2, 4, "gpu: refused")
    assert len(generator.orders) == 3
    assert not report.complete
    assert report.can_continue


def test_a_refusal_that_cannot_heal_is_reported(runs: DraftingRuns) -> None:
    """The same command would be refused again."""
    generator = ScriptedGenerator([EngineUnavailable("401", permanent=True)])
    assert not runs.run(generator, concurrency=1).can_continue


class LostJudge:
    """A judge that answers once, after which it is down."""

    version = "1"

    def __init__(self) -> None:
        self.left = 1

    def judge(self, text: str, *, key: Key, experience: Experience, deadline_s: float) -> Verdict:
        """Pass one text."""
        if not self.left:
            raise JudgeUnavailable("judge: refused")
        self.left -= 1
        return Verdict(outcome="pass", reason="", judge="lost", version=self.version)


def test_a_run_that_its_judge_stops_counts_what_it_has_written(
    runs: DraftingRuns, drafter: Make
) -> None:
    """The text without a verdict is in the journal, and so is its cost."""
    generator, ticks = ScriptedGenerator(lambda _order: "Hello you"), iter([1.0, 8.5])
    with open_journal(runs.path, "c1") as journal:
        report = run_drafting(
            runs.keys,
            drafter=drafter(generator, LostJudge()),
            journal=journal,
            concurrency=1,
            clock=lambda: next(ticks),
        )
    assert (report.drafted, report.stop_reason) == (1, "judge: refused")
    assert (report.tokens, report.seconds) == (4, 7.5)


def test_the_tokens_of_an_earlier_run_are_not_counted_again(runs: DraftingRuns) -> None:
    """A key that failed yesterday costs only what is written today."""
    assert runs.run(ScriptedGenerator(lambda _order: "[a b"), max_attempts=1).tokens == 12
    assert runs.run(ScriptedGenerator(lambda _order: "Hello"), max_attempts=1).tokens == 6


def test_a_source_that_another_judge_passed_is_no_source(
    runs: DraftingRuns, drafter: Make, drafted: Callable[..., Candidate]
) -> None:
    """A text is derived from what the present judge, version 1, has passed."""
    old, new = (runs.keys[0], "2"), (runs.keys[1], "1")
    with open_journal(runs.path, "c1") as journal:
        for key, version in (old, new):
            text = drafted(key)
            verdict = replace(text.verdicts[0], version=version)
            journal.record(key, Attempts(candidates=(replace(text, verdicts=(verdict,)),)))
        find_source = connect(drafter(ScriptedGenerator([])), journal).find_source
        assert find_source(old[0]) is None
        assert find_source(new[0]) == "Hello {{ name }}"
        assert find_source(runs.keys[2]) is None


def test_keeps_to_its_concurrency(runs: DraftingRuns) -> None:
    """At most the allowed number of orders run at once, and that number is reached."""
    barrier, lock = threading.Barrier(3, timeout=60), threading.Lock()
    in_flight = [0, 0]

    def answer(_order: GenerationOrder) -> str:
        return "Hello"

    class Watching(ScriptedGenerator):
        def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
            with lock:
                in_flight[0] += 1
                in_flight[1] = max(in_flight)
            barrier.wait()
            with lock:
                in_flight[0] -= 1
            return super().generate(order, deadline_s=deadline_s)

    assert runs.run(Watching(answer), concurrency=3).complete
    assert in_flight == [0, 3]


def test_an_unexpected_error_ends_the_run_and_loses_nothing(runs: DraftingRuns) -> None:
    """What was finished before a broken prompt stays in the journal."""

    def answer(order: GenerationOrder) -> str:
        if "de for" in order.prompt:
            raise CatalogueRefused("prompts/draft.j2: broken")
        return "Hello"

    with pytest.raises(CatalogueRefused, match="broken"):
        runs.run(ScriptedGenerator(answer), concurrency=1)
    assert len(read_attempts(runs.path, "c1")) == 3


def test_runs_without_an_observer(runs: DraftingRuns, drafter: Make) -> None:
    """Progress is optional."""
    generator = ScriptedGenerator(lambda _order: "Hello")
    with open_journal(runs.path, "c1") as journal:
        report = run_drafting(runs.keys, drafter=drafter(generator), journal=journal, concurrency=1)
    assert report.complete


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_a_killed_run_loses_no_draft_and_does_none_twice(
    runs: DraftingRuns, tmp_path: Path, answers: int
) -> None:
    """SIGKILL after some drafts: the next run reuses exactly those and drafts the others."""
    command = [sys.executable, "-m", KILLED, str(runs.path), str(answers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        assert process.stdout.readline() == "stopped\n"
        process.kill()
    before = read_attempts(runs.path, "c1")
    generator = ScriptedGenerator(lambda _order: "Hello")
    report = runs.run(generator)
    assert (len(before), report.reused, report.drafted) == (answers, answers, 6 - answers)
    assert len(generator.orders) == 6 - answers
    after = read_attempts(runs.path, "c1")
    assert all(after[key] == attempts for key, attempts in before.items())
