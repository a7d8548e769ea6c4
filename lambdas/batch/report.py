"""The report: what a run of the factory made, what it could not make, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lambdas.batch.outcome import Drafted, Failed, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Counts of keys; tokens and tries of this run alone; `seconds` by the clock on the wall.

    `kept` were drafted by an earlier run. `stopped` says why the `untried` were not tried.
    """

    planned: int
    kept: int
    drafted: int
    first_try: int
    failed: tuple[Failed, ...]
    tokens: int
    seconds: float
    stopped: str | None = None

    @property
    def untried(self) -> int:
        """Keys that a further run will take up."""
        return self.planned - self.kept - self.drafted - len(self.failed)

    @property
    def complete(self) -> bool:
        """Whether every planned key has its draft."""
        return self.kept + self.drafted == self.planned

    def after(self, outcomes: Sequence[Outcome], *, seconds: float) -> Report:
        """The report of this run and of what came before it."""
        drafted = [outcome for outcome in outcomes if isinstance(outcome, Drafted)]
        return replace(
            self,
            planned=self.planned + len(outcomes),
            drafted=self.drafted + len(drafted),
            first_try=self.first_try + sum(outcome.tries == 1 for outcome in drafted),
            failed=(*(one for one in outcomes if isinstance(one, Failed)), *self.failed),
            tokens=self.tokens + sum(outcome.tokens for outcome in outcomes),
            seconds=self.seconds + seconds,
        )


def report_to_json(report: Report) -> dict[str, Any]:
    """`report` as a JSON object, the reasons counted by kind."""
    return {
        "planned": report.planned,
        "kept": report.kept,
        "drafted": report.drafted,
        "first_try": report.first_try,
        "failed": [
            {"key": str(f.key), "kind": f.kind, "reason": f.reason, "tries": f.tries}
            for f in report.failed
        ],
        "failed_by_kind": dict(_kinds(report)),
        "untried": report.untried,
        "stopped": report.stopped,
        "tokens": report.tokens,
        "seconds": round(report.seconds, 3),
    }


def report_to_text(report: Report) -> str:
    """`report` for a person: a line of counts, then the failures by kind."""
    lines = [
        f"{report.planned} planned: {report.kept} kept from earlier, {report.drafted} drafted "
        f"({report.first_try} at the first try), {len(report.failed)} failed, "
        f"{report.untried} not tried; {report.tokens:,} tokens in {report.seconds:.1f} s"
    ]
    for kind, count in _kinds(report):
        lines.append(f"{kind}: {count}")
        lines += [f"  {f.reason}" for f in report.failed if f.kind == kind]
    if report.stopped:
        lines.append(f"stopped: {report.stopped}; run the same command again to go on")
    return "\n".join(lines)


def _kinds(report: Report) -> list[tuple[str, int]]:
    return Counter(failed.kind for failed in report.failed).most_common()
