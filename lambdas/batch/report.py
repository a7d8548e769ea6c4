"""The report: what a run of the factory made, what it could not make, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from edgefill.drafting.attempts import DraftOutcome, FailedDraft, FinishedDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingReport:
    """Counts of keys; tokens and tries of this run alone; `seconds` by the clock on the wall.

    `kept` were drafted by an earlier run. `stopped` says why the `untried` were not tried.
    """

    planned: int
    reused: int
    drafted: int
    at_first_attempt: int
    failed: tuple[FailedDraft, ...]
    tokens: int
    seconds: float
    stopped: str | None = None

    @property
    def untried(self) -> int:
        """Keys that a further run will take up."""
        return self.planned - self.reused - self.drafted - len(self.failed)

    @property
    def complete(self) -> bool:
        """Whether every planned key has its draft."""
        return self.reused + self.drafted == self.planned

    def add_earlier(self, outcomes: Sequence[DraftOutcome], *, seconds: float) -> DraftingReport:
        """The report of this run and of what came before it."""
        drafted = [outcome for outcome in outcomes if isinstance(outcome, FinishedDraft)]
        return replace(
            self,
            planned=self.planned + len(outcomes),
            drafted=self.drafted + len(drafted),
            at_first_attempt=self.at_first_attempt + sum(outcome.tries == 1 for outcome in drafted),
            failed=(*(one for one in outcomes if isinstance(one, FailedDraft)), *self.failed),
            tokens=self.tokens + sum(outcome.tokens for outcome in outcomes),
            seconds=self.seconds + seconds,
        )


def report_to_json(report: DraftingReport) -> dict[str, Any]:
    """`report` as a JSON object, the reasons counted by kind."""
    return {
        "planned": report.planned,
        "kept": report.reused,
        "drafted": report.drafted,
        "first_try": report.at_first_attempt,
        "failed": [
            {"key": str(f.key), "kind": f.kind, "reason": f.reason, "tries": f.tries}
            for f in report.failed
        ],
        "failed_by_kind": dict(_count_kinds(report)),
        "untried": report.untried,
        "stopped": report.stopped,
        "tokens": report.tokens,
        "seconds": round(report.seconds, 3),
    }


def report_to_text(report: DraftingReport) -> str:
    """`report` for a person: a line of counts, then the failures by kind."""
    lines = [
        f"{report.planned} planned: {report.reused} kept from earlier, {report.drafted} drafted "
        f"({report.at_first_attempt} at the first try), {len(report.failed)} failed, "
        f"{report.untried} not tried; {report.tokens:,} tokens in {report.seconds:.1f} s"
    ]
    for kind, count in _count_kinds(report):
        lines.append(f"{kind}: {count}")
        lines += [f"  {f.reason}" for f in report.failed if f.kind == kind]
    if report.stopped:
        lines.append(f"stopped: {report.stopped}; run the same command again to go on")
    return "\n".join(lines)


def _count_kinds(report: DraftingReport) -> list[tuple[str, int]]:
    return Counter(failed.kind for failed in report.failed).most_common()
