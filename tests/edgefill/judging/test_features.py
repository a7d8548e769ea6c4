from edgefill.judging.accepted_texts import AcceptedTexts, build_accepted_texts
from edgefill.judging.features import (
    SENTENCE_FEATURES,
    TEXT_FEATURES,
    SentenceScore,
    measure_text,
    score_sentence,
)
from edgefill.judging.prose import Prose
from tests.edgefill.judging.conftest import ACCEPTED, KEY


def build() -> AcceptedTexts:
    return build_accepted_texts(ACCEPTED)


def score(text: str) -> SentenceScore:
    return score_sentence(tuple(text.split()), build(), KEY)


def test_an_accepted_sentence_of_the_case_has_nothing_against_it() -> None:
    known = score("your order is on its way .")
    assert not any((*known.unseen, *known.home_unseen))
    assert known.unknown == ()
    assert known.foreign_share == 0
    assert known.other_case < score("thank you for your patience .").other_case
    assert (known.is_new, known.is_new_here) == (False, False)


def test_joined_halves_have_unseen_ngrams_and_surprise() -> None:
    joined = score("your order is late .")
    assert joined.unseen[0] == 0
    assert joined.unseen[2] > 0
    assert joined.is_new
    assert joined.surprise > score("your order is on its way .").surprise


def test_a_sentence_of_another_message_is_foreign() -> None:
    foreign = score("the parcel is late .")
    assert foreign.foreign_share == 5 / 6
    assert (foreign.is_new, foreign.is_new_here) == (False, True)


def test_only_an_accepted_sentence_of_another_message_is_off_topic() -> None:
    """A sentence that no text contains may say something new; one of this message is at home."""
    assert score("the parcel is late .").off_topic > 0
    assert score("the parcel is purple .").off_topic == 0
    assert score("your order is on its way .").off_topic == 0


def test_a_sentence_for_another_tier_is_noticed() -> None:
    assert score("thank you for your patience .").lacking_value > 0


def test_features_have_their_names() -> None:
    one = score("hello {name} .")
    assert len(one.to_features()) == len(SENTENCE_FEATURES)
    prose = Prose(sentences=(one.sentence,), paths=((one.sentence,),))
    assert len(measure_text(prose, [one], build().homes["greeting"])) == len(TEXT_FEATURES)
