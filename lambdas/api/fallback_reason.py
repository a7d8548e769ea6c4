"""Refusals: why no template could be had in time, in one word, and when to ask again."""

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
FAULT = "fault"  # a defect of ours: none of these errors
EXPECTED_ERRORS = (GenerationError, TemplateRefused, StoreError)
RETRY_AFTER_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackReason:
    """`reason` is one of REASONS' words or FAULT; `retry_after` is in whole seconds, at least 1."""

    word: str
    retry_after: int = RETRY_AFTER_S


def classify_error(error: EdgefillError) -> FallbackReason:
    """What one of RAISED means for the visitor."""
    reason = next(REASONS[kind] for kind in type(error).__mro__ if kind in REASONS)
    if isinstance(error, EngineBusy | EngineUnavailable | BudgetExhausted):
        return FallbackReason(word=reason, retry_after=error.retry_after)
    return FallbackReason(word=reason)
