"""DraftingReport: what a drafting run produced, what failed, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from edgefill.drafting.attempts import DraftOutcome, FailedDraft, FinishedDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingReport:
    """Counts of keys; tokens and attempts of this run only; `seconds` of wall-clock time.

    `reused` keys have a draft of an earlier run. `stop_reason` says why keys are `untried`.
    """

    planned: int
    reused: int
    drafted: int
    at_first_attempt: int
    failed: tuple[FailedDraft, ...]
    tokens: int
    seconds: float
    stop_reason: str | None = None

    @property
    def untried(self) -> int:
        """The number of keys that this run did not get to."""
        return self.planned - self.reused - self.drafted - len(self.failed)

    @property
    def complete(self) -> bool:
        """Whether every planned key has its draft."""
        return self.reused + self.drafted == self.planned

    def add_earlier(self, outcomes: Sequence[DraftOutcome], *, seconds: float) -> DraftingReport:
        """Return the report of this run and of the earlier `outcomes` of the same plan."""
        drafted = [outcome for outcome in outcomes if isinstance(outcome, FinishedDraft)]
        return replace(
            self,
            planned=self.planned + len(outcomes),
            drafted=self.drafted + len(drafted),
            at_first_attempt=self.at_first_attempt
            + sum(outcome.attempts == 1 for outcome in drafted),
            failed=(*(one for one in outcomes if isinstance(one, FailedDraft)), *self.failed),
            tokens=self.tokens + sum(outcome.tokens for outcome in outcomes),
            seconds=self.seconds + seconds,
        )


def report_to_json(report: DraftingReport) -> dict[str, Any]:
    """Return `report` as a JSON object, with the failures counted by kind."""
    return {
        "planned": report.planned,
        "kept": report.reused,
        "drafted": report.drafted,
        "first_try": report.at_first_attempt,
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
        f"({report.at_first_attempt} at the first attempt), {len(report.failed)} failed, "
        f"{report.untried} not tried; {report.tokens:,} tokens in {report.seconds:.1f} s"
    ]
    for kind, count in _count_kinds(report):
        lines.append(f"{kind}: {count}")
        lines += [f"  {f.reason}" for f in report.failed if f.kind == kind]
    if report.stop_reason:
        lines.append(f"stopped: {report.stop_reason}; run the same command again to continue")
    return "\n".join(lines)


def _count_kinds(report: DraftingReport) -> list[tuple[str, int]]:
    return Counter(failed.kind for failed in report.failed).most_common()
