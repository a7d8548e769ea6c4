"""Verdict: what one role says about one template text. Judge: the seam, with its in-memory twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, get_args

from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.journal.json_members import NULL, NUMBER, TEXT, Kind, read_members

Outcome = Literal["pass", "fail", "unscored"]
# the judge decides; critic and introspection only advise; a comparison ranks texts that passed
JudgingRole = Literal["judge", "critic", "introspect", "compare"]
JUDGE_DEADLINE_S = 30.0
# the name of a judge who is a person; their verdicts outlive every version of a model
PERSON = "person"
# the name of a comparison of two texts (edgefill/judging/large/pairwise.py)
PAIRWISE = "pairwise"
# the names that no model may have
RESERVED_NAMES = (PERSON, PAIRWISE)
_MEMBERS: Mapping[str, Kind] = {
    "outcome": TEXT,
    "reason": TEXT,
    "judge": TEXT,
    "version": TEXT,
    "probability": NUMBER + NULL,
    "role": TEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a text may be published, by one judge.

    `unscored` means that the judge cannot say: the text is held for review, never served.
    `probability` is the calibrated chance that a careful reader would publish the text, None where
    the text was not scored. `reason` is for people and names the sentence at fault. `version`
    changes when the judge could decide differently about the same text.
    """

    outcome: Outcome
    reason: str
    judge: str
    version: str
    probability: float | None = None
    role: JudgingRole = "judge"


class Judge(Protocol):
    """Decides whether a template text may be published; a critic has the same form."""

    @property
    def version(self) -> str:
        """The version of this judge's verdicts."""

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """The verdict about `text`, a template for `key`; JudgeUnavailable if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedJudge:
    """A Judge in memory: a text that contains a key of `outcomes` gets its outcome."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    otherwise: Outcome = "pass"
    version: str = "1"
    role: JudgingRole = "judge"

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """The scripted verdict; the reason names the script's entry and the key."""
        matches = [(part, outcome) for part, outcome in self.outcomes.items() if part in text]
        part, outcome = matches[0] if matches else ("any text", self.otherwise)
        probability = {"pass": 1.0, "fail": 0.0, "unscored": None}[outcome]
        return Verdict(
            outcome=outcome,
            reason=f"{key}: scripted for {part!r}",
            judge="scripted",
            version=self.version,
            probability=probability,
            role=self.role,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingJudge:
    """The Judge of a project without one: every text is unscored, so none is served."""

    version: str = ""

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """An unscored verdict that says what to configure."""
        return Verdict(
            outcome="unscored",
            reason="no judge is configured; add the role `judge` to roles.yaml",
            judge="none",
            version=self.version,
        )


def make_person_verdict(outcome: Literal["pass", "fail"], *, reader: str, reason: str) -> Verdict:
    """The verdict of a person, whose name stands in the place of the version."""
    return Verdict(outcome=outcome, reason=reason, judge=PERSON, version=reader)


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """`verdict` as a JSON object."""
    return asdict(verdict)


def verdict_from_json(data: Any) -> Verdict:
    """Parse what `verdict_to_json` wrote; ValueError or TypeError on anything else."""
    verdict = Verdict(**read_members(data, _MEMBERS, optional=("probability", "role")))
    chance = verdict.probability
    if verdict.outcome not in get_args(Outcome) or verdict.role not in get_args(JudgingRole):
        raise ValueError(f"verdict {verdict.outcome!r} of role {verdict.role!r}")
    if chance is not None and not 0 <= chance <= 1:
        raise ValueError(f"probability {chance!r} is not between 0 and 1")
    return verdict
