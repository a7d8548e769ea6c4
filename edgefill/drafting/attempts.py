"""Attempts at one key's template, and what became of the key in the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import EngineUnavailable, GenerationError, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.generator import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedDraft:
    """A template that compiles; tokens and seconds are summed over its `attempts`."""

    key: Key
    text: str
    model: str
    tokens: int
    seconds: float
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDraft:
    """A key without a template; `kind` (lint rule or error) and `reason` are the last attempt's."""

    key: Key
    kind: str
    reason: str
    attempts: int
    tokens: int


DraftOutcome = FinishedDraft | FailedDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """All attempts at one template so far.

    `text`, `model` and `complaint` are those of the last draft, `error` is why the last attempt
    failed, `compiled` is set once a draft compiles. Tokens and seconds are summed.
    """

    count: int = 0
    text: str = ""
    model: str = ""
    complaint: str = ""
    error: TemplateRefused | GenerationError | None = None
    compiled: CompiledTemplate | None = None
    tokens: int = 0
    seconds: float = 0.0
    # The text was generated with a revise prompt.
    is_revision: bool = False

    @property
    def should_revise(self) -> bool:
        """Whether the next prompt asks for a revision; a refused revision is not revised again.

        A badly revised text is a worse start than none.
        """
        return bool(self.complaint) and not self.is_revision

    def add_compiled(self, draft: Draft, compiled: CompiledTemplate) -> Attempts:
        """Return the attempts with one more, whose `draft` compiles."""
        return replace(self._add(draft), compiled=compiled)

    def add_refused(self, draft: Draft, error: TemplateRefused, complaint: str) -> Attempts:
        """Return the attempts with one more, whose `draft` was refused."""
        return replace(self._add(draft), error=error, complaint=complaint)

    def add_failed(self, error: GenerationError) -> Attempts:
        """Return the attempts with one more, which produced no draft; the complaint is kept."""
        return replace(self, count=self.count + 1, error=error)

    def require_compiled(self) -> CompiledTemplate:
        """Return the compiled template, or raise the last attempt's error."""
        if self.compiled is None:
            raise self.error or EngineUnavailable("no attempt was made")
        return self.compiled

    def to_outcome(self, key: Key) -> DraftOutcome:
        """Return what became of `key` when no attempt is left."""
        if self.compiled is None:
            return FailedDraft(
                key=key,
                kind=_name_kind(self.error),
                reason=str(self.error or ""),
                attempts=self.count,
                tokens=self.tokens,
            )
        return FinishedDraft(
            key=key,
            text=self.text,
            model=self.model,
            tokens=self.tokens,
            seconds=round(self.seconds, 3),
            attempts=self.count,
        )

    def _add(self, draft: Draft) -> Attempts:
        return Attempts(
            count=self.count + 1,
            text=draft.text,
            model=draft.model,
            tokens=self.tokens + draft.tokens,
            seconds=self.seconds + draft.seconds,
            is_revision=self.should_revise,
        )


def _name_kind(error: TemplateRefused | GenerationError | None) -> str:
    if isinstance(error, TemplateRefused):
        return error.rule
    return type(error).__name__ if error else ""
