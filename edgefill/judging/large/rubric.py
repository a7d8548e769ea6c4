"""Rubric: by which criteria a large model judges, and which of them decide."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One question about a text; `wording` says what is true of a good text."""

    id: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceRubric:
    """The rubric of one experience; a text fails if it misses one of `deciding`."""

    criteria: tuple[Criterion, ...]
    deciding: frozenset[str]
    ignored: tuple[str, ...]
    threshold: float

    def list_unmet(self, answers: Mapping[str, bool]) -> list[str]:
        """The deciding criteria that the text misses, in the rubric's order."""
        return [c.id for c in self.criteria if c.id in self.deciding and not answers[c.id]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A shop's rubric.

    A text passes if it meets every criterion of `deciding` and its calibrated chance is at least
    `threshold`; the other criteria are advice. `ignored` says what must not count against a text.
    `additions` (which decide) and `removals` are by experience.
    """

    threshold: float
    criteria: tuple[Criterion, ...]
    deciding: frozenset[str]
    ignored: tuple[str, ...] = ()
    additions: Mapping[str, tuple[Criterion, ...]] = field(default_factory=dict)
    removals: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """12 hexadecimal digits that change with the rubric."""
        data = json.dumps(asdict(self), sort_keys=True, default=sorted)
        return hashlib.sha256(data.encode()).hexdigest()[:12]

    def select(self, experience: str) -> ExperienceRubric:
        """The rubric of one experience."""
        added = self.additions.get(experience, ())
        removed = self.removals.get(experience, frozenset())
        return ExperienceRubric(
            criteria=(*(c for c in self.criteria if c.id not in removed), *added),
            deciding=self.deciding - removed | {each.id for each in added},
            ignored=self.ignored,
            threshold=self.threshold,
        )
