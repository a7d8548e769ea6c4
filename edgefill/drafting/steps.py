"""The drafting flow: a fixed graph over the candidates of one key.

         ┌────────────── draft, or transform the source's text ◀───────────┐
         ▼                                                                 │ fewer than n
      checks ── refused ──▶ revise with the complaint ──▶ checks           │ candidates
         ▼ compiled                                                        │
      introspection, critic, judge ── pass ──▶ compare, publish the best ──┤
                               └───── fail ──▶ revise with the reasons ────┘
                               └───── unscored ──▶ held for a person

`choose_step` decides from the candidates only, so a journal of them resumes a key at any step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate

# equal texts in a row after which the writer repeats itself
MAX_REPEATS = 2


@dataclass(frozen=True, slots=True)
class DraftStep:
    """Write a text anew."""


@dataclass(frozen=True, slots=True)
class ReviseStep:
    """Write `candidate` again with the reasons against it."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class JudgeStep:
    """Ask the roles about the candidate at `index`."""

    index: int


@dataclass(frozen=True, slots=True)
class CompareStep:
    """Ask which of the candidates at two indexes is better; the first is the likelier."""

    first: int
    second: int


Step = DraftStep | ReviseStep | JudgeStep | CompareStep


def choose_step(
    attempts: Attempts,
    *,
    candidates: int,
    can_revise: bool,
    has_budget: bool,
    can_compare: bool = False,
) -> Step | None:
    """Return the step that follows `attempts`, None when the key has ended.

    `candidates` texts are judged before the best of them is taken; if `can_compare`, the two
    likeliest are compared before. `has_budget` allows one more text to be written; a text that is
    already written is judged in any case.
    """
    pending = _find_pending(attempts.candidates)
    if pending is not None:
        return JudgeStep(pending)
    judged = attempts.compiled
    is_enough = len(judged) >= candidates
    if is_enough and attempts.best is not None:
        return _find_rivals(attempts) if can_compare else None
    if attempts.held is not None or not has_budget or _repeats_itself(attempts.candidates):
        return None
    target = _find_revisable(attempts, is_enough=is_enough) if can_revise else None
    return ReviseStep(target) if target else DraftStep()


def _find_pending(candidates: Sequence[Candidate]) -> int | None:
    """The index of the first compiled candidate without a judge's verdict."""
    for index, candidate in enumerate(candidates):
        if candidate.compiled is not None and candidate.judgement is None:
            return index
    return None


def _find_rivals(attempts: Attempts) -> CompareStep | None:
    """The two likeliest texts that passed, unless they are equal or compared already."""
    rivals = attempts.passed[:2]
    if len({each.text for each in rivals}) < 2:
        return None
    if any(each.find_verdict("compare") for each in rivals):
        return None
    first, second = (attempts.candidates.index(each) for each in rivals)
    return CompareStep(first, second)


def _find_revisable(attempts: Attempts, *, is_enough: bool) -> Candidate | None:
    """The text to revise: the last one if the checks refused it, else the best that failed.

    A revision that the checks refused, or that the judge likes no better than its parent, is not
    revised again, and no text is revised twice.
    """
    last = attempts.last
    if last is not None and last.refusal is not None:
        return None if last.is_revision else last
    if not is_enough:
        return None
    parents = {each.provenance.parent for each in attempts.candidates}
    open_texts = [
        each
        for each in attempts.compiled
        if each.digest not in parents and _has_gained(each, attempts.compiled)
    ]
    return max(open_texts, key=lambda each: each.probability, default=None)


def _has_gained(candidate: Candidate, others: Sequence[Candidate]) -> bool:
    """Whether a text is no revision, or one that the judge likes better than its parent."""
    if not candidate.is_revision:
        return True
    parents = [each for each in others if each.digest == candidate.provenance.parent]
    return all(candidate.probability > each.probability for each in parents)


def _repeats_itself(candidates: Sequence[Candidate]) -> bool:
    """Whether each of the last MAX_REPEATS texts was written before."""
    if len(candidates) <= MAX_REPEATS:
        return False
    earlier = {each.text for each in candidates[:-MAX_REPEATS]}
    return all(each.text in earlier for each in candidates[-MAX_REPEATS:])
