"""Reports, for people and for scripts."""

from __future__ import annotations

from dataclasses import replace

from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import FailedDraft, HeldDraft
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Verdict
from lambdas.batch.report import DraftingReport, report_to_json, report_to_text


def failed(case: str, kind: str) -> FailedDraft:
    """One failure."""
    key = parse_key(f"greeting/en/{case}")
    return FailedDraft(key=key, kind=kind, reason=f"{key}: {kind}!", attempts=4, tokens=10)


def held(case: str) -> HeldDraft:
    """A text that the judge could not score."""
    key = parse_key(f"greeting/en/{case}")
    verdict = Verdict(outcome="unscored", reason="untaught", judge="small", version="1")
    candidate = Candidate(
        key=key, text="Hm", provenance=Provenance(origin="draft", model="m"), verdicts=(verdict,)
    )
    return HeldDraft(key=key, candidate=candidate, attempts=1, tokens=5)


REPORT = DraftingReport(
    planned=12,
    reused=2,
    drafted=3,
    at_first_attempt=2,
    held=(held("d"), held("e")),
    failed=(failed("a", "literal"), failed("b", "undeclared"), failed("c", "literal")),
    tokens=12345,
    seconds=1.23456,
    stop_reason="nobody there",
)


def test_the_text_says_what_failed_and_why() -> None:
    """Counts first, then reasons by kind, the most frequent kind first, then what to do."""
    assert report_to_text(REPORT).splitlines() == [
        "12 planned: 2 reused, 3 drafted (2 at the first attempt), 2 held for review, 3 failed, "
        "2 not tried; 12,345 tokens in 1.2 s",
        "held: 2: untaught; `edgefill review` lists them",
        "literal: 2",
        "  greeting/en/a: literal!",
        "  greeting/en/c: literal!",
        "undeclared: 1",
        "  greeting/en/b: undeclared!",
        "stopped: nobody there; run the same command again to continue",
    ]


def test_a_run_that_cannot_continue_says_so() -> None:
    """After a refusal that cannot heal, the same command would stop again."""
    text = report_to_text(replace(REPORT, can_continue=False))
    assert text.splitlines()[-1] == "stopped: nobody there"


def test_the_json_holds_the_same() -> None:
    """The JSON form holds every failure and the counts by kind."""
    data = report_to_json(REPORT)
    assert (data["untried"], data["seconds"], data["stopped"]) == (2, 1.235, "nobody there")
    assert data["held"][0] == {"key": "greeting/en/d", "reason": "untaught", "tries": 1}
    assert data["failed_by_kind"] == {"literal": 2, "undeclared": 1}
    assert data["failed"][0] == {
        "key": "greeting/en/a", "kind": "literal", "reason": "greeting/en/a: literal!", "tries": 4,
    }  # fmt: skip


def test_complete_when_every_key_has_its_draft() -> None:
    """Reused and new drafts together make a complete run."""
    whole = DraftingReport(
        planned=5,
        reused=2,
        drafted=3,
        at_first_attempt=3,
        held=(),
        failed=(),
        tokens=0,
        seconds=0,
        stop_reason=None,
    )
    assert whole.complete
    assert not REPORT.complete
    assert report_to_text(whole).count("\n") == 0
