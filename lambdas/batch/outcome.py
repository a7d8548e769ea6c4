"""Outcomes: what became of one key."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.core.keys import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedDraft:
    """A template that compiles; tokens and seconds are summed over its `tries`."""

    key: Key
    text: str
    model: str
    tokens: int
    seconds: float
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDraft:
    """A key without a template: the last try's `kind` (a lint rule or an error) and reason."""

    key: Key
    kind: str
    reason: str
    tries: int
    tokens: int


DraftOutcome = FinishedDraft | FailedDraft
