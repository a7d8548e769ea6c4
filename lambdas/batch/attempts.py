"""Asked: what the tries for one key have come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edgefill.core.errors import GenerationError, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.generator import Draft
from lambdas.batch.outcome import DraftOutcome, FailedDraft, FinishedDraft

COMPLAINTS = 5  # refusals that one revise prompt repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The last try's text and fault, and all tries' cost."""

    tries: int = 0
    text: str = ""
    model: str = ""
    complaint: str = ""
    kind: str = ""
    reason: str = ""
    tokens: int = 0
    seconds: float = 0.0
    is_valid: bool = False
    is_revised: bool = False  # the text came of a revise prompt

    def add_draft(self, draft: Draft, refused: Sequence[TemplateRefused]) -> Attempts:
        """After one more try, which gave `draft`."""
        complaints = [f"{error.reason}; {error.remedy}" for error in refused[:COMPLAINTS]]
        return Attempts(
            tries=self.tries + 1,
            text=draft.text,
            model=draft.model,
            complaint="\n".join(complaints),
            kind=refused[0].rule if refused else "",
            reason=str(refused[0]) if refused else "",
            tokens=self.tokens + draft.tokens,
            seconds=self.seconds + draft.seconds,
            is_valid=not refused,
            is_revised=bool(self.complaint) and not self.is_revised,
        )

    def add_failure(self, error: GenerationError) -> Attempts:
        """After one more try, which gave nothing."""
        return replace(self, tries=self.tries + 1, kind=type(error).__name__, reason=str(error))

    def to_outcome(self, key: Key) -> DraftOutcome:
        """What became of `key`, when there are no more tries."""
        if not self.is_valid:
            return FailedDraft(
                key=key, kind=self.kind, reason=self.reason, tries=self.tries, tokens=self.tokens
            )
        return FinishedDraft(
            key=key,
            text=self.text,
            model=self.model,
            tokens=self.tokens,
            seconds=round(self.seconds, 3),
            tries=self.tries,
        )
