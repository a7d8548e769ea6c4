"""FallbackReason: a code for why there is no template in time, and when to retry."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.core.errors import (
    BudgetExhausted,
    EdgefillError,
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
    JudgeUnavailable,
    NotPublishable,
    SourceMissing,
    StoreError,
    TemplateRefused,
    WriterAbstained,
)

COLD = "cold"  # no engine answers
REASONS: dict[type[EdgefillError], str] = {
    EngineUnavailable: COLD,
    EngineBusy: "busy",
    EngineTimeout: "timeout",
    InvalidEngineOutput: "invalid-output",
    TemplateRefused: "refused",
    NotPublishable: "not-publishable",
    WriterAbstained: "abstained",
    JudgeUnavailable: "no-judge",
    SourceMissing: "no-source",
    BudgetExhausted: "budget",
    GenerationError: COLD,
    StoreError: "store",
}
FAULT = "fault"  # a defect of ours: any other error
HELD = "held"  # the judge could not score the text; a person has to read it
EXPECTED_ERRORS = (GenerationError, TemplateRefused, NotPublishable, StoreError)
RETRY_AFTER_S = 10
HELD_RETRY_AFTER_S = 3600
# the queue's worker could or may do no more for these keys than the visitor's request did
FINAL_REASONS = frozenset({HELD, REASONS[WriterAbstained], REASONS[BudgetExhausted]})


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackReason:
    """`code` is one of REASONS, HELD or FAULT; `retry_after` is in whole seconds, at least 1."""

    code: str
    retry_after: int = RETRY_AFTER_S
    # the key whose text this key's text is made from, if that is missing
    source: str = ""

    @property
    def is_final(self) -> bool:
        """Whether generating the key again would give the same reason."""
        return self.code in FINAL_REASONS


def classify_error(error: EdgefillError) -> FallbackReason:
    """Return the reason for a fallback after one of EXPECTED_ERRORS."""
    if isinstance(error, NotPublishable) and error.is_held:
        return FallbackReason(code=HELD, retry_after=HELD_RETRY_AFTER_S)
    reason = next(REASONS[kind] for kind in type(error).__mro__ if kind in REASONS)
    if isinstance(error, EngineBusy | EngineUnavailable | JudgeUnavailable | BudgetExhausted):
        return FallbackReason(code=reason, retry_after=error.retry_after)
    if isinstance(error, SourceMissing):
        return FallbackReason(code=reason, source=error.source)
    return FallbackReason(code=reason)
