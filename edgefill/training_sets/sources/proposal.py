"""What a source proposes: an example and its place, or a text that cannot be one and why."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.training_sets.example import Example, SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedExample:
    """An example; `place` is where a person finds it: a key in a source, or a file and line."""

    place: str
    example: Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A text that becomes no example; `rule` is a slug, or the rule of the compiler's refusal."""

    source: SourceName
    place: str
    rule: str


Proposal = ProposedExample | Rejection
