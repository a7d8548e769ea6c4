"""CheckResult: the outcome of one check of `edgefill doctor` or `edgefill smoke`.

Standard library only, because a canary in the account runs the smoke test too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

CheckStatus = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What `name` found; a result that is not ok has a `remedy`: what to do, or to run."""

    name: str
    status: CheckStatus
    text: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """The result as JSON data."""
        return {
            "check": self.name,
            "status": self.status,
            "text": self.text,
            "remedy": self.remedy,
        }


def pass_check(name: str, text: str) -> CheckResult:
    """A result that is ok."""
    return CheckResult(name=name, status="ok", text=text)


def warn_check(name: str, text: str, *, remedy: str) -> CheckResult:
    """A result that limits something, but stops nothing."""
    return CheckResult(name=name, status="warn", text=text, remedy=remedy)


def fail_check(name: str, text: str, *, remedy: str) -> CheckResult:
    """A result that must be repaired."""
    return CheckResult(name=name, status="fail", text=text, remedy=remedy)


def has_failed(results: Iterable[CheckResult]) -> bool:
    """Whether any check failed; warnings do not count."""
    return any(result.status == "fail" for result in results)


def format_results(results: Iterable[CheckResult]) -> Iterator[str]:
    """One line for each result: its status, name, text and remedy."""
    for result in results:
        remedy = f"; {result.remedy}" if result.remedy else ""
        yield f"{result.status:4}  {result.name:12}  {result.text}{remedy}"
