import math

import pytest

from edgefill.judging.accepted_texts import build_accepted_texts, list_case_ngrams
from edgefill.judging.home_texts import AcceptedProse

TEXTS = [
    AcceptedProse("x", "gold.new", (("a", "b", "."), ("a", "c", "."))),
    AcceptedProse("x", "basic.any", (("a", "b", "."),)),
    AcceptedProse("y", "any", (("a", "c", "."),)),
]


def test_the_ngrams_whose_cases_count_include_the_whole_sentence() -> None:
    assert list_case_ngrams(("a",)) == {("a",), ("<s>", "a"), ("a", "</s>"), ("<s>", "a", "</s>")}


def test_accepted_texts_know_their_ngrams_by_experience() -> None:
    accepted = build_accepted_texts(TEXTS)
    assert ("a", "b") in accepted.ngrams
    assert ("a", "b") in accepted.homes["x"].ngrams
    assert ("a", "b") not in accepted.homes["y"].ngrams


def test_the_cases_of_a_word_are_those_of_all_texts_that_have_it() -> None:
    cases = build_accepted_texts(TEXTS).cases
    assert cases["c",] == {("x", "gold.new"): 1, ("y", "any"): 1}


def test_a_superseded_sentence_teaches_its_words_but_is_not_accepted() -> None:
    accepted = build_accepted_texts(TEXTS, frozenset({("a", "old", "."), ("a", "b", ".")}))
    assert accepted.superseded == {("a", "old", ".")}
    assert ("a", "old") in accepted.ngrams
    assert ("a", "old", ".") not in accepted.sentences


@pytest.mark.parametrize("context", [("<s>", "<s>"), ("<s>", "a"), ("q", "q")])
def test_probabilities_over_the_known_words_and_one_unknown_add_up_to_one(
    context: tuple[str, str],
) -> None:
    accepted = build_accepted_texts(TEXTS)
    tokens = [*accepted.words - {"<s>"}, "unknown"]
    total = sum(math.exp(accepted.log_probability(context, token)) for token in tokens)
    assert total == pytest.approx(1 - math.exp(accepted.log_probability(context, "<s>")), abs=0.01)


def test_an_accepted_sentence_is_likelier_than_another() -> None:
    accepted = build_accepted_texts(TEXTS)
    assert sum(accepted.score_tokens(("a", "b", "."))) > sum(accepted.score_tokens(("b", "a", ".")))
