from edgefill.judging.accepted_texts import build_accepted_texts
from edgefill.judging.features import (
    SENTENCE_FEATURES,
    TEXT_FEATURES,
    SentenceScore,
    measure_text,
    score_sentence,
)
from edgefill.judging.prose import Prose
from tests.edgefill.judging.conftest import ACCEPTED, KEY

HOMES = {
    tuple(text.split()): {name: frozenset(cases) for name, cases in homes.items()}
    for text, homes, _ in ACCEPTED
}


def score(text: str) -> SentenceScore:
    return score_sentence(tuple(text.split()), build_accepted_texts(HOMES), KEY)


def test_an_accepted_sentence_of_the_case_has_nothing_against_it() -> None:
    known = score("your order is on its way .")
    assert known.unseen == (0, 0, 0)
    assert known.unknown == ()
    assert (known.foreign_pairs, known.other_case, known.is_new) == (0, 0, False)


def test_joined_halves_have_unseen_ngrams_and_surprise() -> None:
    joined = score("your order is late .")
    assert joined.unseen[0] == 0
    assert joined.unseen[2] > 0
    assert joined.is_new
    assert joined.surprise > score("your order is on its way .").surprise


def test_a_sentence_of_another_message_is_foreign() -> None:
    assert score("the parcel is late .").foreign_pairs == 5


def test_a_sentence_for_another_tier_is_noticed() -> None:
    assert score("thank you for your patience .").other_case > 0


def test_features_have_their_names() -> None:
    one = score("hello {name} .")
    assert len(one.to_features()) == len(SENTENCE_FEATURES)
    prose = Prose(sentences=(one.sentence,), paths=((one.sentence,),))
    assert len(measure_text(prose, [one], [-800.0])) == len(TEXT_FEATURES)
