"""Attempts: all candidates for one key so far, and what became of the key in the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edgefill.core.errors import (
    EngineUnavailable,
    GenerationError,
    NotPublishable,
    TemplateRefused,
)
from edgefill.core.keys import Key
from edgefill.drafting.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedDraft:
    """A key with a template that the judge passed; tokens and seconds are those of all attempts.

    `is_first` says whether the judge passed the first text already.
    """

    key: Key
    candidate: Candidate
    attempts: int
    tokens: int
    seconds: float
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDraft:
    """A key whose best text the judge could not score: a person has to read it."""

    key: Key
    candidate: Candidate
    attempts: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDraft:
    """A key without a text that may be served or read.

    `kind` (lint rule, `judge` or error) and `reason` are those of the last attempt.
    """

    key: Key
    kind: str
    reason: str
    attempts: int
    tokens: int


DraftOutcome = FinishedDraft | HeldDraft | FailedDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The candidates for one key, in order, and the attempts that gave no text.

    `error` is why the last attempt gave no text. `earlier` of the attempts were made by earlier
    runs and do not count against this run's budget.
    """

    candidates: tuple[Candidate, ...] = ()
    failures: int = 0
    error: GenerationError | None = None
    earlier: int = 0

    @property
    def count(self) -> int:
        """The number of attempts."""
        return len(self.candidates) + self.failures

    @property
    def count_in_run(self) -> int:
        """The number of attempts of this run."""
        return self.count - self.earlier

    @property
    def tokens(self) -> int:
        """The tokens of all candidates."""
        return sum(each.provenance.tokens for each in self.candidates)

    @property
    def seconds(self) -> float:
        """The seconds of all candidates."""
        return sum(each.provenance.seconds for each in self.candidates)

    @property
    def revisions(self) -> tuple[Candidate, ...]:
        """The candidates that a reviser wrote."""
        return tuple(each for each in self.candidates if each.is_revision)

    @property
    def last(self) -> Candidate | None:
        """The candidate of the last attempt that gave a text."""
        return self.candidates[-1] if self.candidates else None

    @property
    def compiled(self) -> tuple[Candidate, ...]:
        """The candidates that passed the checks."""
        return tuple(each for each in self.candidates if each.compiled is not None)

    @property
    def best(self) -> Candidate | None:
        """The candidate to publish: the likeliest that the judge passed, the first of equals.

        A comparison of the two likeliest decides between them.
        """
        return self.passed[0] if self.passed else None

    @property
    def passed(self) -> tuple[Candidate, ...]:
        """The candidates that the judge passed, the best first."""
        passed = [each for each in self.candidates if each.has_passed and each.refusal is None]
        return tuple(sorted(passed, key=_rank, reverse=True))

    @property
    def held(self) -> Candidate | None:
        """The candidate that a person should read, if the judge passed none."""
        unscored = [each for each in self.candidates if _is_unscored(each) and each.refusal is None]
        return max(unscored, key=_rank) if unscored and self.best is None else None

    def add_candidate(self, candidate: Candidate) -> Attempts:
        """Return the attempts with one more, which gave a text."""
        return replace(self, candidates=(*self.candidates, candidate), error=None)

    def add_failure(self, error: GenerationError) -> Attempts:
        """Return the attempts with one more, which gave no text."""
        return replace(self, failures=self.failures + 1, error=error)

    def replace_candidate(self, index: int, candidate: Candidate) -> Attempts:
        """Return the attempts with another state of the candidate at `index`."""
        before, after = self.candidates[:index], self.candidates[index + 1 :]
        return replace(self, candidates=(*before, candidate, *after))

    def start_run(self) -> Attempts:
        """Return the attempts with all of them counted as made by earlier runs."""
        return replace(self, earlier=self.count)

    def find_error(self) -> TemplateRefused | GenerationError | NotPublishable:
        """Return why no candidate may be published.

        NotPublishable after a verdict, else the last attempt's TemplateRefused or GenerationError.
        """
        if self.held is not None and self.held.judgement is not None:
            return NotPublishable(self.held.judgement.reason, is_held=True)
        if self.error is not None:
            return self.error
        if self.last is None:
            return EngineUnavailable("no attempt was made")
        if self.last.refusal is not None:
            return self.last.refusal
        return NotPublishable(self.last.judgement.reason if self.last.judgement else "not judged")

    def to_outcome(self, key: Key) -> DraftOutcome:
        """Return what became of `key` when no step is left."""
        if self.best is not None:
            return FinishedDraft(
                key=key,
                candidate=self.best,
                attempts=self.count,
                tokens=self.tokens,
                seconds=round(self.seconds, 3),
                is_first=self.failures == 0 and self.candidates[0].has_passed,
            )
        if self.held is not None:
            return HeldDraft(key=key, candidate=self.held, attempts=self.count, tokens=self.tokens)
        error = self.find_error()
        return FailedDraft(
            key=key,
            kind=_name_kind(error),
            reason=str(error),
            attempts=self.count,
            tokens=self.tokens,
        )


def _rank(candidate: Candidate) -> tuple[bool, bool, float, float]:
    """The text that a person passed, then the preferred one, the judge's chance, the critic's."""
    critique = candidate.find_verdict("critic")
    fluency = (critique.probability or 0.0) if critique else 0.0
    return candidate.is_passed_by_person, candidate.is_preferred, candidate.probability, fluency


def _is_unscored(candidate: Candidate) -> bool:
    return candidate.judgement is not None and candidate.judgement.outcome == "unscored"


def _name_kind(error: TemplateRefused | GenerationError | NotPublishable) -> str:
    if isinstance(error, TemplateRefused):
        return error.rule
    return "judge" if isinstance(error, NotPublishable) else type(error).__name__
