from edgefill.judging.ngrams import list_all_ngrams, list_ngrams


def test_the_ngrams_of_a_sentence_include_its_boundaries() -> None:
    assert list(list_ngrams(("a",), 2)) == [("<s>", "a"), ("a", "</s>")]


def test_single_tokens_and_all_orders_are_listed() -> None:
    assert ("a",) in list_all_ngrams(("a", "b"))
    assert ("<s>", "a", "b", "</s>") in list_all_ngrams(("a", "b"))
