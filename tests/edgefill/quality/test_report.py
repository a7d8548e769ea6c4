"""The figures of a drafting run, from the first draft to the last reason."""

from __future__ import annotations

from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import EngineTimeout
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging import ScriptedJudge
from edgefill.quality.checked_attempts import check_attempts
from edgefill.quality.report import measure_quality
from lambdas.batch.journal import read_attempts
from tests.edgefill.quality.conftest import KEY, RunMaker, gather, make_candidate, no_brackets

JUDGE = ScriptedJudge(outcomes={"odd": "fail", "strange": "unscored"})


def answer(order: GenerationOrder) -> str | EngineTimeout:
    """German gold is never sound, basic is strange, any is revised; English passes at once."""
    if "better than" in order.prompt:
        return "Hello" if "odd" in order.prompt else "[again]"
    if "in de for tier gold" in order.prompt:
        return "[never]"
    if "in de for tier basic" in order.prompt:
        return "strange"
    return "odd" if "in de" in order.prompt else "Hello"


def test_measures_a_run_by_experience_and_locale(catalogue: Catalogue, run: RunMaker) -> None:
    """Each key counts once; shares, reasons and costs are per group and in total."""
    attempts = run(ScriptedGenerator(answer), JUDGE, max_attempts=2)
    report = measure_quality(attempts, catalogue=catalogue)
    german, english = report.groups
    assert (german.locale, english.locale) == ("de", "en")
    assert (english.keys, english.count_up_to("first"), english.accepted) == (3, 3, 3)
    assert (german.count_up_to("selection"), german.count_up_to("revision")) == (0, 1)
    assert (german.stages["held"], german.stages["failed"]) == (1, 1)
    assert [each.kind for each in german.held] == ["scripted for 'strange'"]
    assert [(each.kind, each.count) for each in german.failed] == [("placeholder", 1)]
    assert [(each.kind, each.count) for each in german.refused] == [("placeholder", 2)]
    assert report.total.accepted == 4
    assert report.total.per_accepted(report.total.attempts) == 2.0
    assert report.judges == {("scripted", "1"): 6}
    assert dict(report.total.verdicts["judge"]) == {"pass": 4, "fail": 1, "unscored": 1}


def test_the_journal_gives_the_same_report(
    catalogue: Catalogue, run: RunMaker, tmp_path: Path
) -> None:
    """What is in memory after a run and what is read from its journal count the same."""

    def answer_or_fail(order: GenerationOrder) -> str | EngineTimeout:
        return EngineTimeout("slow") if "in en for tier gold" in order.prompt else answer(order)

    attempts = run(ScriptedGenerator(answer_or_fail), JUDGE, max_attempts=2)
    stored = read_attempts(tmp_path / "drafts.jsonl", "c1")
    again = dict(check_attempts(stored, catalogue=catalogue, check=no_brackets))
    report = measure_quality(attempts, catalogue=catalogue)
    assert report == measure_quality(again, catalogue=catalogue)
    assert [each.kind for each in report.total.failed] == ["EngineTimeout", "placeholder"]


def test_counts_keys_without_attempts_as_open(catalogue: Catalogue) -> None:
    """Every key of the catalogue is in the report, drafted or not."""
    report = measure_quality({KEY: gather(make_candidate("pass"))}, catalogue=catalogue)
    assert (report.total.keys, report.total.accepted, report.total.stages["open"]) == (6, 1, 5)


def test_measures_nothing_without_failing(catalogue: Catalogue) -> None:
    """A run that wrote no text has no shares and no costs."""
    report = measure_quality({}, catalogue=catalogue)
    assert report.total.per_accepted(0.0) is None
    assert (report.accepted, report.refused, report.judges) == ((), (), {})
