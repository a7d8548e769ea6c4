"""Asked: what the tries for one key have come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edgefill.core.errors import GenerationError, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.generator import Draft
from lambdas.batch.outcome import Drafted, Failed, Outcome

COMPLAINTS = 5  # refusals that one revise prompt repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The last try's text and fault, and all tries' cost."""

    tries: int = 0
    text: str = ""
    model: str = ""
    complaint: str = ""
    kind: str = ""
    reason: str = ""
    tokens: int = 0
    seconds: float = 0.0
    good: bool = False
    mended: bool = False  # the text came of a revise prompt

    def answered(self, draft: Draft, refused: Sequence[TemplateRefused]) -> Asked:
        """After one more try, which gave `draft`."""
        complaints = [f"{error.reason}; {error.remedy}" for error in refused[:COMPLAINTS]]
        return Asked(
            tries=self.tries + 1,
            text=draft.text,
            model=draft.model,
            complaint="\n".join(complaints),
            kind=refused[0].rule if refused else "",
            reason=str(refused[0]) if refused else "",
            tokens=self.tokens + draft.tokens,
            seconds=self.seconds + draft.seconds,
            good=not refused,
            mended=bool(self.complaint) and not self.mended,
        )

    def failed(self, error: GenerationError) -> Asked:
        """After one more try, which gave nothing."""
        return replace(self, tries=self.tries + 1, kind=type(error).__name__, reason=str(error))

    def outcome(self, key: Key) -> Outcome:
        """What became of `key`, when there are no more tries."""
        if not self.good:
            return Failed(
                key=key, kind=self.kind, reason=self.reason, tries=self.tries, tokens=self.tokens
            )
        return Drafted(
            key=key,
            text=self.text,
            model=self.model,
            tokens=self.tokens,
            seconds=round(self.seconds, 3),
            tries=self.tries,
        )
