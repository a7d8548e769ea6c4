from collections import Counter

from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judge_training.examples import (
    FOLDS,
    assign_folds,
    collect_texts,
    compose_faults,
    make_example,
)
from edgefill.judge_training.labels import AcceptedText
from edgefill.judging.home_texts import AcceptedProse

KEY = Key(experience="parcel", locale="en", case="gold.new")


def test_a_text_that_cannot_be_read_is_no_example(experiences: dict[str, Experience]) -> None:
    for text, key in [
        ("{{ nobody }}", KEY),
        ("", KEY),
        ("Hi", Key(experience="unknown", locale="en", case="any")),
    ]:
        assert make_example(text, key, experiences, is_good=True, weight=1.0) is None


def test_faults_are_composed_alike_for_the_same_texts(
    accepted: list[AcceptedText], experiences: dict[str, Experience]
) -> None:
    first = compose_faults(accepted, experiences, per_kind=3)
    assert first == compose_faults(accepted, experiences, per_kind=3)
    assert Counter(each.key.locale for each in first).keys() == {"en", "de"}
    assert not any(each.is_good for each in first)


def test_a_shop_with_one_experience_has_no_foreign_sentences(
    accepted: list[AcceptedText], experiences: dict[str, Experience]
) -> None:
    own = [text for text in accepted if text.key.experience == "parcel"]
    assert compose_faults(own, experiences, per_kind=3, kinds=["swap"]) == []


def test_the_cases_of_an_experience_are_spread_over_folds() -> None:
    folds = assign_folds(("a", str(i)) for i in range(FOLDS))
    assert sorted(folds.values()) == list(range(FOLDS))


def test_texts_know_their_experience_and_case(experiences: dict[str, Experience]) -> None:
    example = make_example("Hi. Bye.", KEY, experiences, is_good=True, weight=1.0)
    assert example
    text = AcceptedProse("parcel", "gold.new", (("hi", "."), ("bye", ".")))
    assert collect_texts([example, example]) == {"en": [text, text]}
