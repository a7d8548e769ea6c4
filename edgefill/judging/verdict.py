"""Verdict: what a judge says about one template text. Judge: the seam, with its in-memory twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from edgefill.core.experience import Experience
from edgefill.core.keys import Key

Outcome = Literal["pass", "fail", "unscored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a text may be published, by one judge.

    `unscored` means that the judge cannot say: the text is held for review, never served.
    `probability` is the calibrated chance that a careful reader would publish the text, None where
    the text was not scored. `reason` is for people and names the sentence at fault.
    """

    outcome: Outcome
    reason: str
    judge: str
    version: str
    probability: float | None = None


class Judge(Protocol):
    """Decides whether a template text may be published."""

    def judge(self, text: str, *, key: Key, experience: Experience) -> Verdict:
        """The verdict about `text`, a template for `key` of `experience`; never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedJudge:
    """A Judge in memory: a text that contains a key of `outcomes` gets its outcome."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    otherwise: Outcome = "pass"

    def judge(self, text: str, *, key: Key, experience: Experience) -> Verdict:
        """The scripted verdict; the reason names the script's entry and the key."""
        matches = [(part, outcome) for part, outcome in self.outcomes.items() if part in text]
        part, outcome = matches[0] if matches else ("any text", self.otherwise)
        probability = {"pass": 1.0, "fail": 0.0, "unscored": None}[outcome]
        return Verdict(
            outcome=outcome,
            reason=f"{key}: scripted for {part!r}",
            judge="scripted",
            version="1",
            probability=probability,
        )
