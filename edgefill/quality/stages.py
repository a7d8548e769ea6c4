"""Stages: what gave a key its accepted text, or what became of the key without one."""

from __future__ import annotations

from typing import Literal

from edgefill.core.errors import GenerationError, NotPublishable, TemplateRefused
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import PERSON, Outcome

# `first`: the first text passed; `selection`: a later draft; `revision`: only a revision;
# `person`: only a person's verdict; `open`: not drafted or not judged yet
Stage = Literal["first", "selection", "revision", "person", "held", "failed", "open"]
STAGES: tuple[Stage, ...] = ("first", "selection", "revision", "person", "held", "failed", "open")
ACCEPTED: tuple[Stage, ...] = ("first", "selection", "revision", "person")


def find_stage(attempts: Attempts) -> Stage:
    """Return the stage of a key: of several that gave it an accepted text, the cheapest."""
    passed = [each for each in attempts.candidates if is_passed_by_judge(each)]
    if passed:
        if passed[0] is attempts.candidates[0]:
            return "first"
        return "revision" if all(each.is_revision for each in passed) else "selection"
    if attempts.best is not None:
        return "person"
    if attempts.held is not None:
        return "held"
    return "open" if _is_open(attempts) else "failed"


def is_passed_by_judge(candidate: Candidate) -> bool:
    """Whether the judge passed the text, and no check or person refused it."""
    is_accepted = candidate.has_passed and candidate.refusal is None
    return is_accepted and find_outcome(candidate) == "pass"


def find_outcome(candidate: Candidate, *, by_person: bool = False) -> Outcome | None:
    """Return the latest outcome of the judge that is a model, or of a person."""
    outcomes = [
        each.outcome
        for each in candidate.verdicts
        if each.role == "judge" and (each.judge == PERSON) == by_person
    ]
    return outcomes[-1] if outcomes else None


def find_chance(candidate: Candidate) -> float | None:
    """Return the judge's latest chance, which a person's verdict does not hide."""
    chances = [each.probability for each in candidate.verdicts if each.role == "judge"]
    return next((chance for chance in reversed(chances) if chance is not None), None)


def explain_failure(attempts: Attempts) -> tuple[str, str]:
    """Return the kind (lint rule, `judge` or error) and the reason of a failed key's last attempt.

    Both are the same before and after the journal is read again.
    """
    return _explain_error(attempts.find_error())


def _explain_error(error: TemplateRefused | GenerationError | NotPublishable) -> tuple[str, str]:
    if isinstance(error, TemplateRefused):
        return error.rule, str(error)
    if isinstance(error, NotPublishable):
        return "judge", str(error)
    if type(error) is GenerationError:  # read from the journal, which puts the kind first
        kind, separator, reason = str(error).partition(": ")
        return (kind, reason) if separator else (type(error).__name__, str(error))
    return type(error).__name__, str(error)


def _is_open(attempts: Attempts) -> bool:
    """Whether nothing was tried yet, or a text that passed the checks has no verdict."""
    is_unjudged = any(
        each.judgement is None and each.refusal is None for each in attempts.candidates
    )
    return attempts.count == 0 or is_unjudged
