import math

import pytest

from edgefill.judging.accepted_texts import build_accepted_texts, label_values, list_ngrams
from edgefill.judging.prose import Sentence

HOMES: dict[Sentence, dict[str, frozenset[str]]] = {
    ("a", "b", "."): {"x": frozenset({"gold.new"})},
    ("a", "c", "."): {"y": frozenset({"any"})},
}


def test_the_ngrams_of_a_sentence_include_its_boundaries() -> None:
    assert list(list_ngrams(("a",), 2)) == [("<s>", "a"), ("a", "</s>")]


def test_accepted_texts_know_their_ngrams_by_experience_and_case() -> None:
    accepted = build_accepted_texts(HOMES)
    assert ("a", "b") in accepted.ngrams
    assert ("a", "b") in accepted.by_experience["x"]
    assert ("a", "b") not in accepted.by_experience["y"]
    assert accepted.by_value["x"][("a", "b")] == {"0=gold", "1=new"}
    assert accepted.values["y"] == set(label_values("any"))


@pytest.mark.parametrize("context", [("<s>", "<s>"), ("<s>", "a"), ("q", "q")])
def test_probabilities_over_the_known_words_and_one_unknown_add_up_to_one(
    context: tuple[str, str],
) -> None:
    accepted = build_accepted_texts(HOMES)
    tokens = [*accepted.words - {"<s>"}, "unknown"]
    total = sum(math.exp(accepted.log_probability(context, token)) for token in tokens)
    assert total == pytest.approx(1 - math.exp(accepted.log_probability(context, "<s>")), abs=0.01)


def test_an_accepted_sentence_is_likelier_than_another() -> None:
    accepted = build_accepted_texts(HOMES)
    assert sum(accepted.score_tokens(("a", "b", "."))) > sum(accepted.score_tokens(("b", "a", ".")))
