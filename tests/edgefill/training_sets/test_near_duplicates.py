"""Near-duplicates, compared with an exact search of all pairs."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from edgefill.training_sets.near_duplicates import (
    NearDuplicateIndex,
    compute_similarity,
    keep_distinct,
    list_shingles,
)

TEXTS = st.lists(st.text("ab c", max_size=30), max_size=12)


@given(TEXTS, st.sampled_from([0.5, 0.6, 0.8, 1.0]))
def test_every_reported_pair_is_similar_and_every_equal_text_is_found(
    texts: list[str], threshold: float
) -> None:
    """The oracle is the exact share of common runs of words."""
    index = NearDuplicateIndex(threshold)
    for text in texts:
        index.add(text)
    for text in texts:
        found = index.find_similar(text)
        exact = [compute_similarity(list_shingles(text), list_shingles(each)) for each in texts]
        assert all(exact[number] >= threshold for number in found)
        assert {number for number, each in enumerate(texts) if each == text} <= set(found)


def test_nearly_all_pairs_above_the_threshold_are_found() -> None:
    """Of 400 texts with some words changed, nearly all of the similar ones."""
    rng = random.Random(7)
    words = [f"word{number}" for number in range(500)]
    index, similar, found = NearDuplicateIndex(0.8), 0, 0
    for number in range(400):
        text = rng.choices(words, k=60)
        index.add(" ".join(text))
        for _ in range(rng.randint(0, 3)):
            text[rng.randrange(60)] = "changed"
        changed = " ".join(text)
        exact = compute_similarity(index._shingles[number], list_shingles(changed))
        similar += exact >= 0.8
        found += number in index.find_similar(changed)
    assert similar > 100
    assert found / similar >= 0.999


def test_the_first_of_several_similar_texts_is_kept() -> None:
    """Upper case and blanks do not make a text another one."""
    texts = ["Your order is late, sorry.", "Good morning to you", "your  ORDER is late, sorry."]
    assert list(keep_distinct(texts, 0.8)) == [True, True, False]
