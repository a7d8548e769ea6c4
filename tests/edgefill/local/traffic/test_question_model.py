"""Generated free questions."""

from __future__ import annotations

from collections import Counter
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.local.traffic.question_model import QuestionTrafficModel, vary_phrase
from edgefill.local.traffic.visitors import generate_visitors
from edgefill.routing.question import read_question


@pytest.fixture(scope="module")
def model(catalogue: Catalogue) -> QuestionTrafficModel:
    assert catalogue.questions is not None
    return QuestionTrafficModel(
        catalogue.questions, generate_visitors(catalogue, per_case=1, seed=1), seed=1
    )


def test_questions_are_from_the_catalogue_and_readable(model: QuestionTrafficModel) -> None:
    """They cover every locale, some are out of scope, and the edge can read each."""
    requests = list(model.generate_requests(400))
    counts = Counter(request.key.experience for request in requests)
    assert len(counts) == 17
    assert 20 < counts["out-of-scope"] < 70
    for request in requests:
        query = parse_qs(urlsplit(request.path).query)
        assert read_question(query["q"][0]).text
        assert query["locale"] == [request.key.locale]


def test_anonymous_visitors_ask_only_for_anonymous_experiences(
    model: QuestionTrafficModel, catalogue: Catalogue
) -> None:
    """Other experiences need a visitor with a token."""
    for request in model.generate_requests(300):
        if request.visitor is None and request.key.experience != "out-of-scope":
            assert catalogue.entry(request.key.experience).experience.anonymous


def test_the_same_seed_gives_the_same_questions(model: QuestionTrafficModel) -> None:
    """Each call starts again from the seed."""
    assert [request.path for request in model.generate_requests(30)] == [
        ask.path for ask in model.generate_requests(30)
    ]


def test_phrases_vary_within_bounds() -> None:
    """A phrase is never empty and never much longer."""
    phrases = {vary_phrase("where is it", "en", Random(seed)) for seed in range(200)}
    assert len(phrases) > 50
    assert all(0 < len(text) < 60 for text in phrases)
    assert vary_phrase("ab", "xx", Random(1)).casefold().startswith("ab")
