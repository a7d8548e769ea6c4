"""Asking the roles about a candidate."""

from __future__ import annotations

from dataclasses import replace as replace_field

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import JudgeUnavailable, NotPublishable
from edgefill.core.experience import Experience
from edgefill.core.keys import Key, parse_key
from edgefill.core.value import replace
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.drafting_roles import DraftingRoles, Introspection
from edgefill.drafting.verdicts import compare_candidates, judge_candidate
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging import ScriptedJudge, Verdict
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.large import Preference
from edgefill.judging.verdict import JUDGE_DEADLINE_S, Judge, JudgingRole

KEY = parse_key("greeting/en/gold")
WRITER = ScriptedGenerator([])


class DownJudge:
    """A judge that does not answer."""

    version = "1"

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        raise JudgeUnavailable("connection refused")


class KeyJudge:
    """Records the keys about which it is asked."""

    version = "1"

    def __init__(self) -> None:
        self.keys: list[Key] = []

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        self.keys.append(key)
        return ScriptedJudge().judge(text, key=key, experience=experience)


def write(text: str = "Hello", log_probability: float | None = None) -> Candidate:
    provenance = Provenance(origin="draft", model="m", log_probability=log_probability)
    return Candidate(key=KEY, text=text, provenance=provenance)


def ask(
    candidate: Candidate,
    catalogue: Catalogue,
    *earlier: Candidate,
    judge: Judge | None = None,
    critic: Judge | None = None,
    introspection: Introspection | None = None,
) -> Candidate:
    roles = DraftingRoles(
        writer=WRITER, judge=judge or ScriptedJudge(), critic=critic, introspection=introspection
    )
    entry = catalogue.entry("greeting")
    return judge_candidate(candidate, entry, roles, earlier=earlier, deadline_s=1)


def list_roles(candidate: Candidate) -> list[tuple[JudgingRole, str]]:
    return [(each.role, each.outcome) for each in candidate.verdicts]


def test_every_role_gives_its_verdict(catalogue: Catalogue) -> None:
    """Introspection and critic first; a role that is not configured is left out."""
    critic = ScriptedJudge(otherwise="fail", role="critic")
    judged = ask(
        write(), catalogue, critic=critic, introspection=Introspection(min_log_probability=-1)
    )
    assert list_roles(judged) == [("introspect", "unscored"), ("critic", "fail"), ("judge", "pass")]
    assert list_roles(ask(write(), catalogue)) == [("judge", "pass")]


@pytest.mark.parametrize(("told", "outcome"), [(-0.5, "pass"), (-1.0, "pass"), (-1.5, "fail")])
def test_a_writer_in_doubt_says_so(catalogue: Catalogue, told: float, outcome: str) -> None:
    """Its own mean log-probability is compared with the bound; it advises and does not decide."""
    judged = ask(
        write(log_probability=told), catalogue, introspection=Introspection(min_log_probability=-1)
    )
    assert list_roles(judged)[0] == ("introspect", outcome)
    assert judged.has_passed


def test_a_critic_that_is_down_is_not_missed(catalogue: Catalogue) -> None:
    """The judge decides without its advice, and the reason is recorded."""
    judged = ask(write(), catalogue, critic=DownJudge())
    assert list_roles(judged) == [("critic", "unscored"), ("judge", "pass")]
    assert "connection refused" in judged.verdicts[0].reason


def test_a_judge_that_is_down_passes_nothing(catalogue: Catalogue) -> None:
    """The gate is closed."""
    with pytest.raises(JudgeUnavailable):
        ask(write(), catalogue, judge=DownJudge())


def test_a_repeated_text_is_not_judged_again(catalogue: Catalogue) -> None:
    """It gets the verdicts of its twin."""
    twin = ask(write(), catalogue, judge=ScriptedJudge(otherwise="fail"))
    assert ask(write(), catalogue, twin, judge=DownJudge()).verdicts == twin.verdicts


def test_a_derived_text_is_judged_by_what_its_source_taught(catalogue: Catalogue) -> None:
    """The judge knows the accepted texts of the source only."""
    entry = catalogue.entry("greeting")
    derived = replace_field(entry, derived_from="letter")
    judge = KeyJudge()
    judge_candidate(write(), derived, DraftingRoles(writer=WRITER, judge=judge), deadline_s=1)
    assert judge.keys == [replace(KEY, experience="letter")]


def test_reasons_against_a_text_are_those_of_who_failed_it(catalogue: Catalogue) -> None:
    """What a revise prompt repeats; the advice of those who liked it is left out."""
    critic = ScriptedJudge(outcomes={"Hello": "fail"}, role="critic")
    judged = ask(write(), catalogue, critic=critic)
    assert judged.write_reasons() == "greeting/en/gold: scripted for 'Hello'"


def test_a_text_that_is_not_judged_cannot_be_accepted() -> None:
    """The type of what releases take refuses it."""
    with pytest.raises(NotPublishable, match="not judged"):
        write().accept()


class ScriptedComparer:
    """Prefers as it is told, or is down."""

    def __init__(self, preference: Preference | None) -> None:
        self.preference = preference

    def choose_better(
        self, a: str, b: str, *, key: Key, experience: Experience, deadline_s: float
    ) -> Preference:
        if self.preference is None:
            raise JudgeUnavailable("gone")
        return self.preference


@pytest.mark.parametrize(
    ("preference", "outcomes"),
    [
        (Preference(better="a", reason="shorter"), ("pass", "fail")),
        (Preference(better="b", reason="shorter"), ("fail", "pass")),
        (Preference(better="tie", reason="equal"), ("unscored", "unscored")),
        (None, ("unscored", "unscored")),
    ],
)
def test_a_comparison_is_a_verdict_about_both(
    catalogue: Catalogue, preference: Preference | None, outcomes: tuple[str, str]
) -> None:
    """A comparer that is down prefers neither: both have passed the judge."""
    compared = compare_candidates(
        write("a"),
        write("b"),
        catalogue.entry("greeting"),
        ScriptedComparer(preference),
        deadline_s=1,
    )
    assert tuple(each.verdicts[0].outcome for each in compared) == outcomes


def test_a_writer_may_criticise_its_own_text(catalogue: Catalogue) -> None:
    """Its critique and its log-probability are both introspection."""
    own = ScriptedJudge(otherwise="fail", role="critic")
    introspection = Introspection(min_log_probability=-1, critique=own)
    judged = ask(write(log_probability=-0.1), catalogue, introspection=introspection)
    assert list_roles(judged) == [("introspect", "fail"), ("introspect", "pass"), ("judge", "pass")]
