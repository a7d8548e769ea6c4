from math import log

from edgefill.judging.accepted_texts import AcceptedTexts, build_accepted_texts
from edgefill.judging.evidence import (
    compare_counts,
    measure_echo,
    measure_foreign,
    measure_other_case,
    measure_pairs,
)
from edgefill.judging.home_texts import AcceptedProse

HELLO, BYE, REGARDS = ("hello", "."), ("bye", "."), ("regards", ".")
LOYAL, FIRST = ("stay", "loyal", "."), ("your", "first", "order", ".")


def build(rows: list[tuple[str, tuple[tuple[str, ...], ...]]], times: int = 9) -> AcceptedTexts:
    return build_accepted_texts([AcceptedProse("x", *row) for row in rows for _ in range(times)])


CASES = build(
    [
        ("gold.active", (HELLO, LOYAL)),
        ("basic.new", (HELLO, FIRST)),
        ("any.any", (HELLO, FIRST)),
    ]
)
ENDS = build([("any", (HELLO, BYE)), ("any", (HELLO, REGARDS))])


def test_more_than_expected_is_no_evidence() -> None:
    assert compare_counts(3, 5) == 0
    assert compare_counts(9, 0) == log(10)


def test_a_sentence_for_every_case_belongs_to_none() -> None:
    assert measure_other_case(HELLO, CASES, "gold.active") == (0, 0)


def test_a_sentence_accepted_only_for_another_value_lacks_it() -> None:
    lacking, unsaid = measure_other_case(LOYAL, CASES, "any.any")
    assert lacking > 1
    assert unsaid == 0


def test_a_sentence_never_accepted_for_a_value_of_the_case_is_evidence() -> None:
    assert measure_other_case(FIRST, CASES, "gold.active")[1] > 1
    assert measure_other_case(FIRST, CASES, "basic.new")[1] == 0


def test_an_unknown_value_and_an_unknown_sentence_are_no_evidence() -> None:
    assert measure_other_case(HELLO, CASES, "silver.any") == (0, 0)
    assert measure_other_case(("what", "?"), CASES, "gold.any") == (0, 0)


def test_a_sentence_of_few_other_experiences_is_foreign() -> None:
    texts = [
        AcceptedProse("late", "any", (("we", "apologise", "."), HELLO)),
        AcceptedProse("points", "any", (("your", "points", "."), HELLO)),
    ]
    accepted = build_accepted_texts(texts)
    assert measure_foreign(("we", "apologise", "."), accepted, "points") == (log(2), log(2))
    assert measure_foreign(("apologise", "!"), accepted, "points") == (log(2), 0)
    assert measure_foreign(HELLO, accepted, "points") == (0, 0)
    assert measure_foreign(("what", "?"), accepted, "points") == (0, 0)


def test_two_endings_never_stand_together() -> None:
    most, total, _ = measure_pairs((HELLO, BYE, REGARDS), ENDS.homes["x"])
    assert most == total > 1
    assert measure_pairs((HELLO, BYE), ENDS.homes["x"]) == (0, 0, 0)


def test_an_ending_before_the_greeting_is_in_the_wrong_order() -> None:
    assert measure_pairs((BYE, HELLO), ENDS.homes["x"])[2] > 1


def test_a_word_that_accepted_texts_never_say_twice_is_an_echo() -> None:
    texts = build(
        [("any", (("good", "parcel"), ("your", "parcel"), ("thanks", "."))), ("any", (HELLO,))]
    )
    home = texts.homes["x"]
    assert measure_echo((("many", "thanks"), ("thanks", "!")), home) == log(10)
    assert measure_echo((("a", "parcel"), ("parcels", "!"), ("the", "parcel")), home) == 0
    assert measure_echo((HELLO, HELLO), None) == 0


def test_an_experience_without_accepted_texts_gives_no_evidence() -> None:
    assert measure_pairs((BYE, HELLO), None) == (0, 0, 0)
