"""DraftingReport: what a drafting run produced, what is held or failed, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from edgefill.drafting.attempts import DraftOutcome, FailedDraft, FinishedDraft, HeldDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingReport:
    """Counts of keys; `seconds` of wall-clock time, `tokens` of the texts that this run wrote.

    For `at_first_attempt` keys the judge passed the first text.
    `reused` keys have an accepted text of an earlier run; `held` ones wait for a person.
    `stop_reason` says why keys are `untried`, `can_continue` whether the same command may try them.
    """

    planned: int
    reused: int
    drafted: int
    at_first_attempt: int
    held: tuple[HeldDraft, ...]
    failed: tuple[FailedDraft, ...]
    tokens: int
    seconds: float
    stop_reason: str | None = None
    can_continue: bool = True

    @property
    def untried(self) -> int:
        """The number of keys that this run did not get to."""
        return self.planned - self.reused - self.drafted - len(self.held) - len(self.failed)

    @property
    def complete(self) -> bool:
        """Whether every planned key has an accepted text."""
        return self.reused + self.drafted == self.planned


def build_report(
    outcomes: Sequence[DraftOutcome],
    *,
    planned: int,
    reused: int,
    tokens: int,
    seconds: float,
    stop_reason: str | None = None,
    can_continue: bool = True,
) -> DraftingReport:
    """Return the report of a run with these outcomes."""
    drafted = [outcome for outcome in outcomes if isinstance(outcome, FinishedDraft)]
    return DraftingReport(
        planned=planned,
        reused=reused,
        drafted=len(drafted),
        at_first_attempt=sum(outcome.is_first for outcome in drafted),
        held=tuple(outcome for outcome in outcomes if isinstance(outcome, HeldDraft)),
        failed=tuple(outcome for outcome in outcomes if isinstance(outcome, FailedDraft)),
        tokens=tokens,
        seconds=seconds,
        stop_reason=stop_reason,
        can_continue=can_continue,
    )


def add_earlier(
    report: DraftingReport, outcomes: Sequence[DraftOutcome], *, tokens: int, seconds: float
) -> DraftingReport:
    """Return the report of a run and of the earlier `outcomes` of the same plan.

    `tokens` and `seconds` are what was spent before the run, also on keys that it went on with.
    """
    earlier = build_report(
        outcomes, planned=len(outcomes), reused=0, tokens=tokens, seconds=seconds
    )
    return replace(
        report,
        planned=report.planned + earlier.planned,
        drafted=report.drafted + earlier.drafted,
        at_first_attempt=report.at_first_attempt + earlier.at_first_attempt,
        held=(*earlier.held, *report.held),
        failed=(*earlier.failed, *report.failed),
        tokens=report.tokens + earlier.tokens,
        seconds=report.seconds + earlier.seconds,
    )


def report_to_json(report: DraftingReport) -> dict[str, Any]:
    """Return `report` as a JSON object, with the failures counted by kind."""
    return {
        "planned": report.planned,
        "kept": report.reused,
        "drafted": report.drafted,
        "first_try": report.at_first_attempt,
        "held": [
            {"key": str(h.key), "reason": _explain(h), "tries": h.attempts} for h in report.held
        ],
        "failed": [
            {"key": str(f.key), "kind": f.kind, "reason": f.reason, "tries": f.attempts}
            for f in report.failed
        ],
        "failed_by_kind": dict(_count_kinds(report)),
        "untried": report.untried,
        "stopped": report.stop_reason,
        "tokens": report.tokens,
        "seconds": round(report.seconds, 3),
    }


def report_to_text(report: DraftingReport) -> str:
    """Return `report` as text: a line of counts, then the failures by kind."""
    lines = [
        f"{report.planned} planned: {report.reused} reused, {report.drafted} drafted "
        f"({report.at_first_attempt} at the first attempt), {len(report.held)} held for review, "
        f"{len(report.failed)} failed, {report.untried} not tried; "
        f"{report.tokens:,} tokens in {report.seconds:.1f} s"
    ]
    for reason, count in Counter(map(_explain, report.held)).most_common():
        lines.append(f"held: {count}: {reason}; `edgefill review` lists them")
    for kind, count in _count_kinds(report):
        lines.append(f"{kind}: {count}")
        lines += [f"  {f.reason}" for f in report.failed if f.kind == kind]
    if report.stop_reason:
        follows = "; run the same command again to continue" if report.can_continue else ""
        lines.append(f"stopped: {report.stop_reason}{follows}")
    return "\n".join(lines)


def _explain(held: HeldDraft) -> str:
    judgement = held.candidate.judgement
    return judgement.reason if judgement else ""


def _count_kinds(report: DraftingReport) -> list[tuple[str, int]]:
    return Counter(failed.kind for failed in report.failed).most_common()
