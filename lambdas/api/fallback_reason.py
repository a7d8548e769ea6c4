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
    StoreError,
    TemplateRefused,
)

REASONS: dict[type[EdgefillError], str] = {
    EngineUnavailable: "cold",
    EngineBusy: "busy",
    EngineTimeout: "timeout",
    InvalidEngineOutput: "invalid-output",
    TemplateRefused: "refused",
    BudgetExhausted: "budget",
    GenerationError: "cold",
    StoreError: "store",
}
FAULT = "fault"  # a defect of ours: any other error
EXPECTED_ERRORS = (GenerationError, TemplateRefused, StoreError)
RETRY_AFTER_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackReason:
    """`code` is one of REASONS or FAULT; `retry_after` is in whole seconds, at least 1."""

    code: str
    retry_after: int = RETRY_AFTER_S


def classify_error(error: EdgefillError) -> FallbackReason:
    """Return the reason for a fallback after one of EXPECTED_ERRORS."""
    reason = next(REASONS[kind] for kind in type(error).__mro__ if kind in REASONS)
    if isinstance(error, EngineBusy | EngineUnavailable | BudgetExhausted):
        return FallbackReason(code=reason, retry_after=error.retry_after)
    return FallbackReason(code=reason)
