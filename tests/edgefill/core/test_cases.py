"""Cases and how they are broadened."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.cases import (
    ANY,
    CaseSpec,
    Dimension,
    case_spec_from_json,
    case_spec_to_json,
    generate_combinations,
    is_question_case,
    make_question_case,
)

TIER = Dimension(name="tier", values=("gold", "basic"), default="basic")
LIFE = Dimension(name="life", values=("new", "lapsed"), default="new")
SPEC = CaseSpec(
    dimensions=(TIER, LIFE),
    broaden=("life", "tier"),
    names=("gold.lapsed", "gold.any", "any.any"),
)


@pytest.mark.parametrize(
    ("profile", "case"),
    [
        ({"tier": "gold", "life": "lapsed"}, "gold.lapsed"),
        ({"tier": "gold", "life": "new"}, "gold.any"),
        ({"tier": "gold"}, "gold.any"),
        ({"tier": "basic", "life": "lapsed"}, "any.any"),
        ({}, "any.any"),
        ({"tier": "platinum", "life": "lapsed"}, "any.any"),
        ({"tier": "gold", "life": "../../x", "colour": "red"}, "gold.any"),
        ({"tier": "gold", "life": None}, "gold.any"),
        ({"tier": "gold", "life": ["lapsed"]}, "gold.any"),
        ({"tier": 7, "life": "lapsed"}, "any.any"),
    ],
)
def test_a_visitor_gets_the_most_specific_case(profile: dict[str, object], case: str) -> None:
    """Dimensions are widened in the declared order; what is no value counts as the default."""
    assert SPEC.resolve(profile) == case


def test_a_dimension_that_takes_its_default_is_named_with_the_reason() -> None:
    """But not one that is absent, nor a name that the experience does not distinguish."""
    assert SPEC.find_refusals({"tier": "gold", "colour": None}) == {}
    assert SPEC.find_refusals({"tier": "platinum", "life": None}) == {
        "case.tier": "choice",
        "case.life": "type",
    }
    assert SPEC.find_refusals({"tier": {}, "life": ["new"]}) == {
        "case.tier": "type",
        "case.life": "type",
    }


def test_without_dimensions_there_is_one_case() -> None:
    """`any`."""
    assert CaseSpec().resolve({"tier": "gold"}) == ANY
    assert list(generate_combinations(())) == [ANY]


def test_the_last_case_answers_for_all_others() -> None:
    """Even where nothing is broadened."""
    spec = CaseSpec(dimensions=(TIER,), names=("gold",))
    assert spec.resolve({"tier": "basic"}) == "gold"


@given(st.dictionaries(st.sampled_from(["tier", "life", "x"]), st.text(max_size=5)))
def test_any_profile_resolves_to_a_case_of_the_spec(profile: dict[str, str]) -> None:
    """So a key is always one of finitely many."""
    assert SPEC.resolve(profile) in SPEC.names


def test_a_case_is_split_by_dimension() -> None:
    """For prompts and reports."""
    assert SPEC.split_case("gold.any") == {"tier": "gold", "life": "any"}


def test_all_combinations_are_generated_in_declared_order() -> None:
    """The first dimension varies slowest."""
    cases = list(generate_combinations((TIER, LIFE)))
    assert cases == ["gold.new", "gold.lapsed", "basic.new", "basic.lapsed"]


def test_a_spec_survives_json() -> None:
    """As packs carry it."""
    assert case_spec_from_json(json.loads(json.dumps(case_spec_to_json(SPEC)))) == SPEC


def test_a_question_has_its_own_case() -> None:
    """Made of the digest, and different from every declared case."""
    assert make_question_case("0123456789abcdef0123") == "q-0123456789abcdef0123"
    assert is_question_case("q-0123456789abcdef0123")


@pytest.mark.parametrize(
    "case",
    ["", "any", "q-", "gold.new", "q-0123", "0123456789abcdef0123", "q-0123456789ABCDEF0123",
     "q-q-0123456789abcdef01", "q-0123456789abcdef01234", "q-../../../../../../current"],
)  # fmt: skip
def test_nothing_else_is_the_case_of_a_question(case: str) -> None:
    """A case becomes part of a path in the store."""
    assert not is_question_case(case)
