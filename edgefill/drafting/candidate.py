"""Candidate: the message that passes through the drafting flow, one text with what roles say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import NotPublishable, TemplateRefused
from edgefill.core.keys import Key
from edgefill.judging.accepted_template import AcceptedTemplate, Provenance
from edgefill.judging.verdict import PERSON, JudgingRole, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One text for `key`; it is either compiled or refused by the checks.

    `complaint` is what a revise prompt says about the refusal.
    """

    key: Key
    text: str
    provenance: Provenance
    compiled: CompiledTemplate | None = None
    refusal: TemplateRefused | None = None
    complaint: str = ""
    verdicts: tuple[Verdict, ...] = ()

    @property
    def digest(self) -> str:
        """The text's identity in other candidates' provenance."""
        return digest_text(self.text)

    @property
    def is_revision(self) -> bool:
        """Whether the text was written with a revise prompt."""
        return self.provenance.origin == "revision"

    @property
    def judgement(self) -> Verdict | None:
        """The judge's verdict, None before it is asked."""
        return self.find_verdict("judge")

    @property
    def has_passed(self) -> bool:
        """Whether the judge lets the text be published."""
        return self.judgement is not None and self.judgement.outcome == "pass"

    @property
    def probability(self) -> float:
        """The judge's chance that the text is publishable; 0 without one.

        A person is sure: the text that a person passed ranks before all others.
        """
        judgement = self.judgement
        if judgement is None:
            return 0.0
        if judgement.judge == PERSON:
            return float(judgement.outcome == "pass")
        return judgement.probability or 0.0

    @property
    def is_passed_by_person(self) -> bool:
        """Whether a person, not a model, lets the text be published."""
        judgement = self.judgement
        return self.has_passed and judgement is not None and judgement.judge == PERSON

    @property
    def is_preferred(self) -> bool:
        """Whether a comparison in both orders preferred the text to its rival."""
        comparison = self.find_verdict("compare")
        return comparison is not None and comparison.outcome == "pass"

    def find_verdict(self, role: JudgingRole) -> Verdict | None:
        """The latest verdict of `role`."""
        return next((each for each in reversed(self.verdicts) if each.role == role), None)

    def add_verdicts(self, *verdicts: Verdict) -> Candidate:
        """Return the candidate with more verdicts."""
        return replace(self, verdicts=(*self.verdicts, *verdicts))

    def accept(self) -> AcceptedTemplate:
        """Return the template to serve; NotPublishable unless the judge has passed it."""
        judgement = self.judgement
        if self.compiled is None or judgement is None:
            raise NotPublishable(f"{self.key}: the text is not judged")
        return AcceptedTemplate(
            compiled=self.compiled, verdict=judgement, provenance=self.provenance
        )

    def write_reasons(self) -> str:
        """What a revise prompt says: the checks' complaint, or the roles' reasons."""
        if self.complaint:
            return self.complaint
        return "\n".join(each.reason for each in self.verdicts if each.outcome == "fail")


def digest_text(text: str) -> str:
    """Twelve hexadecimal digits that identify a text."""
    return sha256(text.encode()).hexdigest()[:12]
