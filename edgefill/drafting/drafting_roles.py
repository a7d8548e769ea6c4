"""DraftingRoles: the models that take part in drafting, by role (edgefill/roles builds them)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from edgefill.drafting.renewal import JudgingVersions
from edgefill.judging.verdict import Judge, MissingJudge, Outcome, Verdict

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import CatalogueEntry
    from edgefill.core.experience import Experience
    from edgefill.core.keys import Key
    from edgefill.drafting.writers.generator import Draft, Generator
    from edgefill.judging.large import Preference

# tokens that the candidates of one key may cost together
MAX_TOKENS = 200_000
MAX_REVISIONS = 8


class Transformer(Protocol):
    """Turns an accepted text into the text of another channel, length or tone."""

    def transform(
        self,
        text: str,
        *,
        source: CatalogueEntry,
        target: CatalogueEntry,
        key: Key,
        deadline_s: float,
    ) -> Draft:
        """Return a text for `key` of `target` from an accepted one of `source`; GenerationError."""


class Comparer(Protocol):
    """Says which of two texts is better (edgefill/judging/large/pairwise.py)."""

    def choose_better(
        self, a: str, b: str, *, key: Key, experience: Experience, deadline_s: float
    ) -> Preference:
        """Return the preference that holds in both orders, else a tie; JudgeUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introspection:
    """The writer's own doubt: its mean natural log-probability per token, with a lower bound.

    `critique` is the writer's own model as a critic of its text, for models that can do that.
    """

    min_log_probability: float
    critique: Judge | None = None

    def judge(self, log_probability: float | None) -> Verdict:
        """Return a verdict of the role `introspect`; unscored if the writer told no probability."""
        if log_probability is None:
            return self._decide("unscored", "the writer gave no log-probability")
        bound = f"{log_probability:.2f} per token; the bound is {self.min_log_probability:.2f}"
        if log_probability < self.min_log_probability:
            return self._decide("fail", f"the writer doubts its text: {bound}")
        return self._decide("pass", f"the writer is sure of its text: {bound}")

    def _decide(self, outcome: Outcome, reason: str) -> Verdict:
        return Verdict(
            outcome=outcome, reason=reason, judge="writer", version="1", role="introspect"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingRoles:
    """Who writes, advises, decides, compares, revises and transforms; None: it is left out.

    `writer_model` and `reviser_model` name an adapter or model of the service, "" its default.
    `max_tokens` limits what the candidates of one key cost together.
    """

    writer: Generator
    judge: Judge = field(default_factory=MissingJudge)
    critic: Judge | None = None
    comparer: Comparer | None = None
    introspection: Introspection | None = None
    reviser: Generator | None = None
    transformer: Transformer | None = None
    answers_questions: bool = False
    writer_model: str = ""
    reviser_model: str = ""
    max_tokens: int = MAX_TOKENS
    # texts that the reviser writes for one key
    max_revisions: int = MAX_REVISIONS

    @property
    def versions(self) -> JudgingVersions:
        """The versions by which earlier verdicts of judge and critic are renewed."""
        return {
            "judge": self.judge.version,
            "critic": self.critic.version if self.critic else "",
        }
