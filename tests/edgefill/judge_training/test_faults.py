import random

import pytest

from edgefill.judge_training.faults import FAULTS, list_plain_sentences

TEXT = "Hello there. We have packed your order with care. It will reach you on Monday then."
DONORS = ["Points bring you nearer to a gift. Thank you very much for this."]


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_changes_a_text(kind: str) -> None:
    faulty = FAULTS[kind](TEXT, DONORS, random.Random(1))
    assert faulty
    assert faulty != TEXT


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_that_cannot_be_made_gives_nothing(kind: str) -> None:
    assert FAULTS[kind]("<p>{{ name }}</p>", DONORS, random.Random(1)) is None


def test_sentences_with_slots_or_tags_are_not_plain() -> None:
    text = "Hello {{ name }}, how are you. We have it here. Bye."
    assert list_plain_sentences(text, 3) == ["We have it here."]


def test_a_repeated_sentence_is_in_the_text_twice() -> None:
    faulty = FAULTS["repeat"](TEXT, [], random.Random(3)) or ""
    assert any(faulty.count(each) == 2 for each in list_plain_sentences(TEXT, 3))
