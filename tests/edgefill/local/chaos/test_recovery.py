"""The recovery probe passes only when page, question and model work again."""

from __future__ import annotations

from random import Random

import pytest

from edgefill.core.errors import StoreUnavailable
from edgefill.local.chaos.recovery import NoBaseline, RecoveryProbe, find_requests, is_own_hit
from edgefill.local.chaos.request_mix import ChaosRequest
from edgefill.local.chaos.visitor_connection import ChaosAnswer
from tests.edgefill.local.chaos.answers import HIT, PAGE, make_answer

QUESTION = ChaosRequest(kind="question", path="/ask?q=where")
GOOD = {
    "page": make_answer(header=HIT, text="Hello Mark1mark"),
    "question": make_answer(header="hit; template=faq/en/any"),
    "new-question": make_answer(header="miss; template=answer/en/q-1"),
}


def make_probe(**answers: ChaosAnswer) -> RecoveryProbe:
    """A probe of GOOD answers, some of which are replaced by kind."""
    replaced = {kind.replace("_", "-"): answer for kind, answer in answers.items()}
    return RecoveryProbe(
        send=lambda request: {**GOOD, **replaced}[request.kind],
        read_release=lambda: "r1",
        pages=(PAGE,),
        questions=(QUESTION,),
        rng=Random(1),
    )


def test_all_is_well_when_everything_answers() -> None:
    """Then recovery takes no time, and nothing failed before."""
    probe = make_probe()
    assert probe.find_failure() == ""
    seconds, last = probe.wait(within_s=0)
    assert seconds is not None
    assert last == ""


@pytest.mark.parametrize(
    ("kind", "answer", "failure"),
    [
        ("page", make_answer(status=503), "/p/welcome: 503, not a hit of r1"),
        ("page", make_answer(header=HIT, text="Hello Crew"), "/p/welcome: 200 hit"),
        (
            "page",
            make_answer(header=HIT.replace("r1", "r0"), text="Mark1mark"),
            "/p/welcome: 200 hit",
        ),
        ("page", make_answer(status=0), "/p/welcome: 0"),
        ("question", make_answer(header="fallback; reason=api"), "/ask?q=where: 200 fallback"),
        ("new_question", make_answer(header="fallback; reason=cold"), "new question: 200"),
        ("new_question", make_answer(header="fallback; reason=api"), "new question: 200"),
        ("new_question", make_answer(status=502), "new question: 502"),
    ],
)
def test_each_part_can_fail(kind: str, answer: ChaosAnswer, failure: str) -> None:
    """The failure names the part; a page of an old release is one."""
    probe = make_probe(**{kind: answer})
    assert probe.find_failure().startswith(failure)
    assert probe.wait(within_s=0, every_s=0)[0] is None


def test_a_text_that_the_judge_refused_is_no_outage() -> None:
    """The model was asked, which is what the probe is about."""
    refused = make_answer(header="fallback; template=answer/en/q-1; reason=not-publishable")
    assert make_probe(new_question=refused).find_failure() == ""


def test_a_store_that_does_not_answer_is_a_failure() -> None:
    """The pointer cannot be read, so nothing is known of its release."""

    def fail() -> str:
        raise StoreUnavailable("timeout")

    probe = RecoveryProbe(
        send=lambda request: GOOD[request.kind],
        read_release=fail,
        pages=(PAGE,),
        questions=(QUESTION,),
        rng=Random(1),
    )
    assert probe.find_failure() == "store: timeout"


def test_the_probe_uses_one_request_of_each_group() -> None:
    """Without any that is answered well the run is refused, with the last answer."""
    other = ChaosRequest(kind="question", path="/p/other")

    def find(*requests: ChaosRequest) -> tuple[ChaosRequest, ...]:
        return find_requests(
            requests,
            lambda request: GOOD[request.kind],
            accept=is_own_hit,
            group=lambda answer: answer.read_fact("template"),
        )

    assert find(other, PAGE, PAGE) == (PAGE,)
    with pytest.raises(NoBaseline, match="/p/other: 200 hit; template=faq"):
        find(other)
