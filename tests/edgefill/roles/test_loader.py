"""A mistake in roles.yaml is refused with its line, field and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import CatalogueRefused
from edgefill.roles import Budget, Placement, load_roles
from tests.edgefill.roles.conftest import SMALL, LoadText

TEMPLATES = Path(__file__).parents[3] / "templates"
LARGE = """\
drafter: {engine: service}
judge:
  engine: openai
  url: http://judge/v1
  model: big
  key_env: JUDGE_KEY
"""


def test_a_role_has_model_prompt_budget_and_placement(load_text: LoadText) -> None:
    roles = load_text(
        "drafter:\n  engine: service\n  model: base\n  adapter: shop-writer\n"
        "  prompts: {template: draft.j2, question: answer.j2}\n"
        "  budget: {attempts: 3, tokens: 500, seconds: 9.5}\n"
        "  runs_on: {gpus: [l4, h100], precisions: [fp8]}\n"
    )
    drafter = roles.find("drafter")
    assert drafter is not None
    assert (drafter.prompt, roles.question_prompt) == ("draft.j2", "answer.j2")
    assert drafter.served_model == "shop-writer"
    assert drafter.budget == Budget(attempts=3, tokens=500, seconds=9.5)
    assert drafter.placement == Placement(gpus=("l4", "h100"), precisions=("fp8",))


def test_a_role_that_is_not_configured_is_left_out(load_text: LoadText) -> None:
    roles = load_text("drafter: {engine: service}\n")
    assert roles.find("judge") is None
    assert roles.question_prompt == ""


def test_a_role_without_a_prompt_has_its_own(load_text: LoadText) -> None:
    judge = load_text(LARGE, JUDGE_KEY="k").find("judge")
    assert judge is not None
    assert (judge.prompt, judge.rubric, judge.key_env) == (
        "judge.j2",
        "judging/rubric.yaml",
        "JUDGE_KEY",
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "judge:",
            "jugde:",
            "2: jugde: 'jugde' is not a role; did you mean 'judge'? choose one of",
        ),
        ("small", "extract", "3: judge.engine: 'extract' cannot play this role; choose small, op"),
        ("small", "tiny", "3: judge.engine: Input should be"),
        ("judge.json", "other.json", "4: judge.model: 'judging/other.json' is not a trained judge"),
        ("judge.json", "rubric.yaml", "4: judge.model: 'judging/rubric.yaml' is not a trained ju"),
        (
            "judging/",
            "x/../",
            "4: judge.model: 'x/../judge.json' is not a path below the",
        ),
        (
            "  model: judging/judge.json\n",
            "",
            "2: judge.model: the engine 'small' needs this",
        ),
        ("judging/judge.json", "m\n  url: http://x", "5: judge.url: does not fit the engine 'sma"),
        ("judging/judge.json", "m\n  min_fluency: 0.5", "min_fluency: does not fit the role 'jud"),
        ("judging/judge.json", "m\n  temper: 1", "5: judge.temper: 'temper' is not a field here"),
        ("service}", "service, prompts: {template: x.j2}}", "prompts/x.j2 does not exist; write"),
        ("service}", "service, budget: {attempts: 0}}", "budget.attempts: Input should be greater"),
        (
            "judging/judge.json",
            "m\n  budget: {attempts: 2}",
            "5: judge.budget.attempts: limits dr",
        ),
        (
            "service}",
            "service}\nreviser: {engine: service, budget: {tokens: 9}}",
            "2: reviser.budget.tokens: limits drafter only; remove it",
        ),
        ("service}", "service, budget: {seconds: -1}}", "budget.seconds: Input should be greater"),
        ("service}", "service, runs_on: {gpus: [g9]}}", "1: drafter.runs_on.gpus.0: Input should"),
        ("service}", "service, runs_on: {precisions: [fp3]}}", "drafter.runs_on.precisions.0: "),
        ("drafter: {engine: service}\n", "", "1: drafter: Field required"),
        (SMALL, "", "1: file: is empty; write fields, one `name: value` per line"),
        (SMALL, "[judge]", "1: file: is a list; write fields"),
        (SMALL, "judge", "1: file: is a single value; write fields"),
        ("{engine: service}", "[]", "1: drafter: is a list; write fields"),
        ("judging/judge.json", "/judge.json", "4: judge.model: "),
        (
            "small",
            "openai\n  url: http://x\n  rubric: ../r.yaml",
            "5: judge.rubric: '../r.yaml' is ",
        ),
        (
            "small",
            "openai\n  url: http://x\n  rubric: /r.yaml",
            "5: judge.rubric: '/r.yaml' is not",
        ),
        (
            "small",
            'openai\n  url: http://x\n  rubric: "a\\0"',
            "5: judge.rubric: 'a\\x00' is not a",
        ),
        ("service}", "service, model: person}", "1: drafter.model: person, pairwise: reserved na"),
        ("service}", "service, adapter: pairwise}", "1: drafter.adapter: person, pairwise: reser"),
        (
            "small",
            "openai\n  url: http://x\n  calibration: {slope: .inf}",
            "slope: Input should be ",
        ),
        (
            "small",
            "openai\n  url: http://x\n  calibration: {offset: .nan}",
            "offset: Input should ",
        ),
        (
            "small",
            "openai\n  url: http://x\n  calibration: {offset: -.inf}",
            "offset: Input should",
        ),
        ("service}", "service, budget: {seconds: .nan}}", "budget.seconds: Input should be a val"),
    ],
)
def test_a_mistake_is_refused(load_text: LoadText, old: str, new: str, problem: str) -> None:
    assert old in SMALL
    with pytest.raises(CatalogueRefused) as refused:
        load_text(SMALL.replace(old, new, 1))
    assert problem in str(refused.value)
    assert str(refused.value).startswith("roles.yaml:")


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "6: judge.key_env: the environment has no JUDGE_KEY; set it to the server's key"),
        ("se cret", "6: judge.key_env: JUDGE_KEY does not hold a key"),
        ("schlüssel", "6: judge.key_env: JUDGE_KEY does not hold a key"),
        ("line\nbreak", "6: judge.key_env: JUDGE_KEY does not hold a key"),
    ],
)
def test_a_missing_or_broken_key_is_refused_without_its_value(
    load_text: LoadText, key: str, problem: str
) -> None:
    with pytest.raises(CatalogueRefused) as refused:
        load_text(LARGE, JUDGE_KEY=key)
    assert problem in str(refused.value)
    assert not key or key not in str(refused.value)


def test_all_problems_are_reported_together(load_text: LoadText) -> None:
    text = SMALL.replace("judge.json", "x.json") + "critic: {engine: writer}\n"
    with pytest.raises(CatalogueRefused) as refused:
        load_text(text)
    assert len(str(refused.value).splitlines()) == 2


def test_the_roles_of_the_demo_shop_need_no_large_model() -> None:
    """The tiny model answers no free questions."""
    roles = load_roles(TEMPLATES, environment={})
    assert set(roles.roles) == {
        "drafter",
        "reviser",
        "judge",
        "critic",
        "introspect",
        "transformer",
    }
    assert {role.engine for role in roles.roles.values()} == {
        "service",
        "small",
        "writer",
        "extract",
    }
    assert roles.question_prompt == ""
