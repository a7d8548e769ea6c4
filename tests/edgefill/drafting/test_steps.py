"""The drafting flow: which step follows which candidates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import TemplateRefused
from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.steps import (
    CompareStep,
    DraftStep,
    JudgeStep,
    ReviseStep,
    Step,
    choose_step,
)
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Outcome, Verdict, make_person_verdict

KEY = parse_key("greeting/en/gold")
REFUSAL = TemplateRefused(
    template="t", line=1, column=1, reason="no", remedy="do", rule="placeholder"
)


def write(
    text: str, outcome: Outcome | None = None, chance: float = 0.5, **origin: Any
) -> Candidate:
    """A candidate that compiles, judged if `outcome` is given."""
    candidate = Candidate(
        key=KEY,
        text=text,
        provenance=Provenance(**{"origin": "draft", "model": "m"} | origin),
        compiled=CompiledTemplate(program={}, text=text, max_bytes=1),
    )
    if outcome is None:
        return candidate
    verdict = Verdict(outcome=outcome, reason="", judge="j", version="1", probability=chance)
    return candidate.add_verdicts(verdict)


def refuse(text: str, **origin: Any) -> Candidate:
    """A candidate that the checks refused."""
    provenance = Provenance(**{"origin": "draft", "model": "m"} | origin)
    return Candidate(key=KEY, text=text, provenance=provenance, refusal=REFUSAL, complaint="no")


def revise(parent: Candidate, text: str, outcome: Outcome, chance: float) -> Candidate:
    return write(text, outcome, chance, origin="revision", parent=parent.digest)


def choose(*candidates: Candidate, n: int = 1, can_revise: bool = True, left: bool = True) -> Any:
    return choose_step(
        Attempts(candidates=candidates), candidates=n, can_revise=can_revise, has_budget=left
    )


GOOD, BAD, UNKNOWN = write("good", "pass", 0.9), write("bad", "fail", 0.3), write("?", "unscored")


@pytest.mark.parametrize(
    ("candidates", "n", "step"),
    [
        ((), 1, DraftStep()),
        ((write("new"),), 1, JudgeStep(0)),
        ((GOOD,), 1, None),
        ((GOOD,), 2, DraftStep()),
        ((GOOD, BAD), 2, None),
        ((BAD,), 2, DraftStep()),
        ((BAD,), 1, ReviseStep(BAD)),
        ((BAD, write("worse", "fail", 0.1)), 2, ReviseStep(BAD)),
        ((UNKNOWN,), 1, None),
        ((UNKNOWN,), 4, None),
        ((refuse("["),), 1, ReviseStep(refuse("["))),
        ((refuse("["), refuse("[[", origin="revision")), 1, DraftStep()),
    ],
)
def test_the_candidates_decide_the_next_step(
    candidates: tuple[Candidate, ...], n: int, step: Step | None
) -> None:
    """Draft until n are judged, take the best, revise if none passed, hold what is unscored."""
    assert choose(*candidates, n=n) == step


def test_without_a_reviser_a_text_is_written_anew() -> None:
    """The role is left out."""
    assert choose(BAD, can_revise=False) == DraftStep()
    assert choose(refuse("["), can_revise=False) == DraftStep()


def test_without_budget_nothing_is_written() -> None:
    """But a text that is written is judged: it is paid for."""
    assert choose(BAD, left=False) is None
    assert choose(write("new"), left=False) == JudgeStep(0)


def test_a_text_is_revised_once() -> None:
    """Its revision is revised only if the judge likes it better."""
    assert choose(BAD, revise(BAD, "same", "fail", 0.3)) == DraftStep()
    better = revise(BAD, "better", "fail", 0.4)
    assert choose(BAD, better) == ReviseStep(better)


def test_a_writer_that_repeats_itself_is_stopped() -> None:
    """Two texts in a row that were written before end the key."""
    again = write("bad", "fail", 0.3)
    assert choose(BAD, again, can_revise=False) == DraftStep()
    assert choose(BAD, again, again, can_revise=False) is None


def test_a_text_after_a_held_one_is_not_needed() -> None:
    """A person decides, unless a text has passed."""
    assert choose(UNKNOWN, BAD) is None
    assert choose(UNKNOWN, GOOD, n=3) == DraftStep()


JUDGED = st.builds(
    write,
    st.sampled_from("abcdef"),
    st.sampled_from(["pass", "fail", "unscored"]),
    st.floats(0, 1),
)
ANY = st.one_of(JUDGED, st.builds(write, st.sampled_from("abc")), st.builds(refuse, st.just("[")))


@given(candidates=st.lists(ANY, max_size=8), n=st.integers(1, 4), left=st.booleans())
def test_a_key_ends_only_with_a_reason(candidates: list[Candidate], n: int, left: bool) -> None:
    """No step is left only with a passed text, a held one, no budget or a repetition."""
    step = choose(*candidates, n=n, left=left)
    attempts = Attempts(candidates=tuple(candidates))
    is_unjudged = any(each.compiled and not each.verdicts for each in candidates)
    assert isinstance(step, JudgeStep) == is_unjudged
    if step is None and left and attempts.best is None and attempts.held is None:
        assert len({each.text for each in candidates}) < len(candidates)
    if isinstance(step, DraftStep | ReviseStep):
        assert left


@given(candidates=st.lists(JUDGED, max_size=8))
def test_only_a_passed_text_is_best(candidates: list[Candidate]) -> None:
    """And no other passed text is likelier."""
    best = Attempts(candidates=tuple(candidates)).best
    passed = [each for each in candidates if each.has_passed]
    assert (best is None) == (not passed)
    if best is not None:
        assert best.has_passed
        assert best.probability == max(each.probability for each in passed)


def compare(*candidates: Candidate) -> Step | None:
    return choose_step(
        Attempts(candidates=candidates),
        candidates=2,
        can_revise=False,
        has_budget=True,
        can_compare=True,
    )


def add_preference(candidate: Candidate, outcome: Outcome) -> Candidate:
    verdict = Verdict(outcome=outcome, reason="", judge="pairwise", version="", role="compare")
    return candidate.add_verdicts(verdict)


def test_the_two_likeliest_are_compared_once() -> None:
    """Only if a comparer is configured, both have passed and they differ."""
    better = write("better", "pass", 0.95)
    assert compare(GOOD, BAD, better) == CompareStep(2, 0)
    assert compare(GOOD, BAD) is None
    assert compare(GOOD, GOOD) is None
    assert choose(GOOD, better, n=2) is None
    assert compare(add_preference(GOOD, "pass"), add_preference(better, "fail")) is None


def test_the_preferred_text_is_published() -> None:
    """A tie leaves the choice to the judge's chance."""
    better = write("better", "pass", 0.95)
    preferred = Attempts(candidates=(add_preference(GOOD, "pass"), add_preference(better, "fail")))
    tied = Attempts(
        candidates=(add_preference(GOOD, "unscored"), add_preference(better, "unscored"))
    )
    assert preferred.best is not None
    assert tied.best is not None
    assert (preferred.best.text, tied.best.text) == ("good", "better")


def test_a_text_that_a_person_passed_is_published_before_a_preferred_one() -> None:
    """A comparison is a model's opinion too."""
    person = make_person_verdict("pass", reader="Ada", reason="read")
    attempts = Attempts(candidates=(add_preference(GOOD, "pass"), BAD.add_verdicts(person)))
    assert attempts.best is not None
    assert attempts.best.text == BAD.text
