"""AcceptedTemplate: a compiled template that the judge has passed, with its provenance.

Releases and overlay take only these, so a text that no judge has passed cannot be written there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import NotPublishable
from edgefill.journal.json_members import INTEGER, NULL, NUMBER, TEXT, Kind, read_members
from edgefill.judging.verdict import Verdict, verdict_to_json

Origin = Literal["draft", "revision", "transform", "person"]
_MEMBERS: Mapping[str, Kind] = {
    "origin": TEXT,
    "model": TEXT,
    "prompts": TEXT,
    "seed": INTEGER + NULL,
    "tokens": INTEGER,
    "seconds": NUMBER,
    "log_probability": NUMBER + NULL,
    "parent": TEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a text comes from.

    `prompts` is the version of the prompt files, `parent` the digest of the text that was revised
    or transformed, `log_probability` the writer's mean natural log-probability per token. Tokens
    count prompt and completion together.
    """

    origin: Origin
    model: str
    prompts: str = ""
    seed: int | None = None
    tokens: int = 0
    seconds: float = 0.0
    log_probability: float | None = None
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedTemplate:
    """A template that may be served; NotPublishable unless `verdict` is a judge's pass."""

    compiled: CompiledTemplate
    verdict: Verdict
    provenance: Provenance

    def __post_init__(self) -> None:
        require_pass(self.verdict)

    def describe_provenance(self) -> dict[str, Any]:
        """The provenance and the verdict as a JSON object (release manifest, overlay)."""
        return {**asdict(self.provenance), "verdict": verdict_to_json(self.verdict)}


def require_pass(verdict: Verdict) -> None:
    """Raise NotPublishable unless `verdict` is a judge's pass."""
    if verdict.role != "judge" or verdict.outcome != "pass":
        raise NotPublishable(
            f"the {verdict.role} {verdict.judge} says {verdict.outcome}: {verdict.reason}",
            is_held=verdict.outcome == "unscored",
        )


def provenance_from_json(data: Any) -> Provenance:
    """Parse the fields of a Provenance; ValueError or TypeError on anything else."""
    optional = _MEMBERS.keys() - {"origin", "model"}
    provenance = Provenance(**read_members(data, _MEMBERS, optional=optional))
    if provenance.origin not in get_args(Origin):
        raise ValueError(f"unknown origin {provenance.origin[:40]!r}")
    if provenance.tokens < 0 or provenance.seconds < 0:
        raise ValueError("tokens or seconds below 0")
    return provenance
