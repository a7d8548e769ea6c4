"""Which verdicts of a journal count under the present roles."""

from __future__ import annotations

import pytest

from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.renewal import (
    JudgingVersions,
    count_unread,
    is_current,
    renew_attempts,
)
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import JudgingRole, Outcome, Verdict, make_person_verdict

VERSIONS: JudgingVersions = {"judge": "2", "critic": ""}
PERSON = make_person_verdict("pass", reader="Ada", reason="")


def make_verdict(version: str, outcome: Outcome = "pass", role: JudgingRole = "judge") -> Verdict:
    return Verdict(outcome=outcome, reason="", judge="small", version=version, role=role)


def write(*verdicts: Verdict) -> Candidate:
    return Candidate(
        key=parse_key("greeting/en/any"),
        text="Hello",
        provenance=Provenance(origin="draft", model="m"),
        verdicts=verdicts,
    )


@pytest.mark.parametrize(
    ("verdict", "counts"),
    [
        (make_verdict("2"), True),
        (make_verdict("1"), False),
        (make_verdict("1", "fail"), False),
        (make_verdict("1", role="critic"), False),
        (make_verdict("", role="compare"), True),
        (make_verdict("1", role="introspect"), True),
        (PERSON, True),
    ],
)
def test_a_verdict_counts_while_its_judge_is_the_same(verdict: Verdict, *, counts: bool) -> None:
    """Introspection and comparison have no version that could change."""
    assert is_current(verdict, VERSIONS) is counts


@pytest.mark.parametrize(
    ("outcome", "counts"), [("pass", False), ("fail", False), ("unscored", True)]
)
def test_without_a_judge_no_decision_counts(outcome: Outcome, *, counts: bool) -> None:
    """A verdict without a version holds a text at most."""
    assert is_current(make_verdict("", outcome), {"judge": ""}) is counts


def test_renewed_attempts_keep_their_texts() -> None:
    """Only verdicts are dropped."""
    attempts = Attempts(candidates=(write(make_verdict("1"), PERSON), write(make_verdict("1"))))
    renewed = renew_attempts(attempts, VERSIONS)
    assert renewed.candidates == (write(PERSON), write())


def test_texts_that_only_another_judge_has_read_are_counted() -> None:
    """Not those that a person or nobody has read."""
    texts = write(make_verdict("1")), write(make_verdict("1"), PERSON), write(), write(PERSON)
    assert count_unread([Attempts(candidates=texts)], VERSIONS) == 1
