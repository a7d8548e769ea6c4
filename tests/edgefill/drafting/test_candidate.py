"""Candidates: which of several texts is published."""

from __future__ import annotations

from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Verdict, make_person_verdict

KEY = parse_key("greeting/en/any")
SURE = Verdict(outcome="pass", reason="", judge="small", version="1", probability=0.99)


def make_candidate(text: str, *verdicts: Verdict) -> Candidate:
    provenance = Provenance(origin="draft", model="tiny")
    return Candidate(key=KEY, text=text, provenance=provenance, verdicts=verdicts)


def test_the_text_that_a_person_passed_is_published() -> None:
    """However likely a model finds a text that was drafted later."""
    read = make_candidate("read", make_person_verdict("pass", reader="Ada", reason="good"))
    likely = make_candidate("likely", SURE)
    assert Attempts(candidates=(read, likely)).best == read
    assert Attempts(candidates=(likely, read)).best == read


def test_the_text_that_a_person_failed_ranks_last() -> None:
    """A person's verdict follows the model's and replaces it."""
    failed = make_candidate("x", SURE, make_person_verdict("fail", reader="Ada", reason="stiff"))
    assert (failed.probability, failed.has_passed) == (0.0, False)
    assert make_candidate("x").probability == 0.0
