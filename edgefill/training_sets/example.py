"""Example: a prompt with an answer, where both come from, and what they may be used for.

One line of a training set, version 1:

    {"key": "order-delayed/en/gold.new", "combination": "order-delayed/gold.new",
     "skill": "writing", "prompt": ..., "answer": ..., "source": "journal", "writer": "tiny",
     "verdict": {"outcome": "pass", "judge": "small", "version": "93e2", "probability": 0.94},
     "licence": "Apache-2.0", "privacy": "slots", "weight": 1.0, "log_probabilities": null}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from edgefill.core.keys import Key, parse_key
from edgefill.journal.json_members import NULL, NUMBER, OBJECT, TEXT, Kind, read_members
from edgefill.judging.verdict import PERSON, Verdict
from edgefill.training_sets.top_log_probabilities import (
    TopLogProbabilities,
    top_from_json,
    top_to_json,
)

Skill = Literal["writing", "revision", "summary", "extraction"]
# review: a person decided, or wrote the text; samples: a teacher was asked for this set
SourceName = Literal["journal", "review", "overlay", "gold", "samples"]
# slots: blanks in place of every value; invented: with values, all of them made up
Privacy = Literal["slots", "invented"]
MAX_WEIGHT = 100.0
_MEMBERS: Mapping[str, Kind] = {
    **dict.fromkeys(("key", "combination", "skill", "prompt", "answer", "source", "writer"), TEXT),
    "verdict": OBJECT,
    **dict.fromkeys(("licence", "privacy"), TEXT),
    "weight": NUMBER,
    "log_probabilities": OBJECT + NULL,
}
_VERDICT: Mapping[str, Kind] = {
    **dict.fromkeys(("outcome", "judge", "version"), TEXT),
    "probability": NUMBER + NULL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleVerdict:
    """Who passed or failed the answer; a person has neither a name nor a reason here."""

    outcome: Literal["pass", "fail"]
    judge: str
    version: str = ""
    probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example; ValueError if a field has a value that it cannot have.

    `combination` is the experience and case that training and test must not share; for a text made
    from another experience's text it is that one's. `writer` is a model's name or PERSON. An answer
    that failed is an example of what not to write.
    """

    key: Key
    combination: str
    skill: Skill
    prompt: str
    answer: str
    source: SourceName
    writer: str
    verdict: ExampleVerdict
    licence: str
    privacy: Privacy
    weight: float = 1.0
    log_probabilities: TopLogProbabilities | None = None

    def __post_init__(self) -> None:
        _check_choice("skill", self.skill, get_args(Skill))
        _check_choice("source", self.source, get_args(SourceName))
        _check_choice("privacy", self.privacy, get_args(Privacy))
        _check_choice("verdict.outcome", self.verdict.outcome, ("pass", "fail"))
        for name in ("combination", "prompt", "answer", "writer", "licence"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name!r} is empty")
        if self.privacy == "invented" and self.source != "gold":
            raise ValueError(
                "'privacy' is 'invented'; only the source 'gold' may have made-up values"
            )
        if not 0 < self.weight <= MAX_WEIGHT:
            raise ValueError(f"'weight' is {self.weight}; give more than 0, at most {MAX_WEIGHT:g}")

    @property
    def is_real(self) -> bool:
        """Whether a person wrote the answer; what a model or a grammar wrote is synthetic."""
        return self.writer == PERSON


def name_combination(experience: str, case: str) -> str:
    """The combination of an experience and a case, the same in every locale and tone."""
    return f"{experience}/{case}"


def summarize_verdict(verdict: Verdict) -> ExampleVerdict:
    """A decided verdict without its reason and, of a person, without the name; ValueError."""
    if verdict.outcome == "unscored":
        raise ValueError("an unscored text is not an example")
    return ExampleVerdict(
        outcome=verdict.outcome,
        judge=verdict.judge,
        version="" if verdict.judge == PERSON else verdict.version,
        probability=verdict.probability,
    )


def example_to_json(example: Example) -> dict[str, Any]:
    """`example` as the JSON object of its line."""
    top = example.log_probabilities
    fields = {name: getattr(example, name) for name in _MEMBERS}
    return fields | {
        "key": str(example.key),
        "verdict": asdict(example.verdict),
        "log_probabilities": top_to_json(top) if top else None,
    }


def example_from_json(data: dict[str, Any]) -> Example:
    """Parse the object of a line; ValueError or TypeError names the member."""
    members = read_members(data, _MEMBERS, optional=("weight", "log_probabilities"))
    verdict = ExampleVerdict(
        **read_members(members["verdict"], _VERDICT, optional=("version", "probability"))
    )
    if verdict.probability is not None and not 0 <= verdict.probability <= 1:
        raise ValueError("'probability' is not between 0 and 1")
    top = members.get("log_probabilities")
    return Example(
        **members
        | {
            "key": parse_key(members["key"]),
            "verdict": verdict,
            "weight": float(members.get("weight", 1.0)),
            "log_probabilities": top_from_json(top) if top is not None else None,
        }
    )


def _check_choice(name: str, value: str, choices: Collection[str]) -> None:
    if value not in choices:
        raise ValueError(f"{name!r} is {value[:40]!r}; choose {', '.join(choices)}")
