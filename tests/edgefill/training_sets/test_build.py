"""Splitting, near-duplicates, licences and personal data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from edgefill.core.errors import InputRefused
from edgefill.core.keys import parse_key
from edgefill.training_sets.build import BuildOptions, build_example_set, is_test
from edgefill.training_sets.example import Example, ExampleVerdict
from edgefill.training_sets.sources.proposal import ProposedExample, Rejection

LICENCES = frozenset({"Apache-2.0"})
CASES = tuple(f"case-{number}" for number in range(40))
OPTIONS = BuildOptions(test_share=0.3)
TRAIN = next(case for case in CASES if not is_test(f"welcome/{case}", OPTIONS))
TEST = next(case for case in CASES if is_test(f"welcome/{case}", OPTIONS))
WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

Make = Callable[..., Example]


def propose(*examples: Example) -> list[ProposedExample]:
    return [
        ProposedExample(place=f"text {number}", example=each)
        for number, each in enumerate(examples)
    ]


@pytest.fixture
def both(make_example: Make) -> list[Example]:
    """An example of each split, with answers that have nothing in common."""
    return [
        make_example(f"welcome/en/{TRAIN}", answer="Hello from the harbour, dear reader of ours."),
        make_example(f"welcome/en/{TEST}", answer="A completely other text stands in this place."),
    ]


@given(
    answers=st.lists(
        st.tuples(
            st.sampled_from(CASES),
            st.sampled_from(["en", "de"]),
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
        ),
        max_size=25,
    ),
    seed=st.integers(0, 3),
)
def test_nothing_of_test_is_in_train(
    answers: list[tuple[str, str, list[str]]], seed: int, make_example: Make
) -> None:
    """Neither a combination nor an answer; and every proposal is either in the set or left out."""
    examples = [
        make_example(f"welcome/{locale}/{case}", answer=" ".join(words))
        for case, locale, words in answers
    ]
    options = BuildOptions(test_share=0.3, seed=seed)
    try:
        built = build_example_set(propose(*examples), LICENCES, options)
    except InputRefused as error:  # too few answers for two splits
        event(str(error))
        return
    held_out = {each.combination for each in built.test}
    assert held_out.isdisjoint(each.combination for each in built.train)
    test_answers = {(each.key.locale, each.answer) for each in built.test}
    assert test_answers.isdisjoint((each.key.locale, each.answer) for each in built.train)
    assert len(built.train) + len(built.test) + len(built.rejections) == len(examples)


def test_a_combination_stays_in_its_split_when_others_come(both: list[Example]) -> None:
    """A set that grows never moves a combination from test to train."""
    larger = [*both, replace(both[0], combination="welcome/extra", answer="Something new, again.")]
    before = build_example_set(propose(*both), LICENCES, OPTIONS)
    after = build_example_set(propose(*larger), LICENCES, OPTIONS)
    assert {each.combination for each in before.test} <= {each.combination for each in after.test}


def test_what_a_person_wrote_stays_of_several_near_duplicates(both: list[Example]) -> None:
    """The model's equal text is left out, although it was proposed first."""
    own = replace(both[0], writer="person", source="review")
    built = build_example_set(propose(*both, own), LICENCES, OPTIONS)
    assert [each.writer for each in built.train] == ["person"]
    assert built.rejections == [Rejection(source="journal", place="text 0", rule="near-duplicate")]


def test_a_text_that_a_person_failed_does_not_displace_a_good_one(both: list[Example]) -> None:
    """Near-duplicates with different outcomes both stay."""
    failed = replace(both[0], verdict=ExampleVerdict(outcome="fail", judge="person"))
    built = build_example_set(propose(*both, failed), LICENCES, OPTIONS)
    assert [each.verdict.outcome for each in built.train] == ["pass", "fail"]


def test_a_training_answer_like_one_of_test_is_left_out(both: list[Example]) -> None:
    """The same words in another language's key are another text."""
    like = replace(both[0], answer=both[1].answer.upper())
    german = replace(like, key=parse_key(f"welcome/de/{TRAIN}"))
    built = build_example_set(propose(*both, like, german), LICENCES, OPTIONS)
    assert list(built.train) == [both[0], german]
    assert built.rejections == [Rejection(source="journal", place="text 2", rule="like-test")]


def test_a_licence_that_is_not_allowed_is_left_out(both: list[Example]) -> None:
    """It is counted, with its place."""
    foreign = replace(both[0], licence="CC-BY-NC-4.0", answer="Other words for the same reader.")
    built = build_example_set(propose(*both, foreign), LICENCES, OPTIONS)
    assert built.rejections == [Rejection(source="journal", place="text 2", rule="licence")]


@pytest.mark.parametrize("field", ["prompt", "answer"])
def test_personal_data_stops_the_build(field: str, both: list[Example]) -> None:
    """The message names place, kind and remedy, and does not repeat the value."""
    personal = replace(both[0], **{field: "Write to ada.lovelace@example.com"})  # type: ignore[arg-type]
    with pytest.raises(InputRefused) as refused:
        build_example_set(propose(*both, personal), LICENCES, OPTIONS)
    assert f"text 2: {field}, characters 10 to 33: the e-mail address of a person" in str(
        refused.value
    )
    assert "lovelace" not in str(refused.value)


def test_many_findings_are_counted(both: list[Example]) -> None:
    """Five places, then the number of the others."""
    personal = [replace(both[0], answer=f"Call 0170 123456{n}") for n in range(8)]
    with pytest.raises(InputRefused, match=r"and \d+ more$"):
        build_example_set(propose(*both, *personal), LICENCES, OPTIONS)


def test_gold_with_invented_values_may_name_people(both: list[Example]) -> None:
    """Its values are declared as made up."""
    gold = replace(
        both[0], source="gold", privacy="invented", answer="Ada Lovelace asks about order 12345."
    )
    assert gold in build_example_set(propose(*both, gold), LICENCES, OPTIONS).train


@pytest.mark.parametrize(("kept", "empty"), [(0, "test"), (1, "train")])
def test_an_empty_split_is_refused(kept: int, empty: str, both: list[Example]) -> None:
    """The message names the options that change it."""
    with pytest.raises(InputRefused, match=f"the {empty} split is empty with --test-share 0.3"):
        build_example_set(propose(both[kept]), LICENCES, OPTIONS)
