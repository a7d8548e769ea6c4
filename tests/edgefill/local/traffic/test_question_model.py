"""Questions to the running stack, and the report on them."""

from __future__ import annotations

from collections import Counter
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import Key
from edgefill.local.traffic.client import TrafficAnswer
from edgefill.local.traffic.question_model import QuestionTrafficModel, vary_phrase
from edgefill.local.traffic.question_report import build_question_report
from edgefill.local.traffic.traffic_model import TrafficRequest
from edgefill.local.traffic.visitors import generate_visitors
from edgefill.routing.question import read_question


@pytest.fixture(scope="module")
def mix(catalogue: Catalogue) -> QuestionTrafficModel:
    assert catalogue.questions is not None
    return QuestionTrafficModel(
        catalogue.questions, generate_visitors(catalogue, per_case=1, seed=1), seed=1
    )


def test_questions_are_of_the_catalogue_and_readable(mix: QuestionTrafficModel) -> None:
    """In every locale, out of scope now and then, each one that the edge would read."""
    asks = list(mix.generate_requests(400))
    about = Counter(ask.key.experience for ask in asks)
    assert len(about) == 17
    assert 20 < about["out-of-scope"] < 70
    for ask in asks:
        query = parse_qs(urlsplit(ask.path).query)
        assert read_question(query["q"][0]).text
        assert query["locale"] == [ask.key.locale]


def test_nobody_asks_for_what_they_may_not_see(
    mix: QuestionTrafficModel, catalogue: Catalogue
) -> None:
    """Experiences that ask for a login are asked about by who has one."""
    for ask in mix.generate_requests(300):
        if ask.visitor is None and ask.key.experience != "out-of-scope":
            assert catalogue.entry(ask.key.experience).experience.anonymous


def test_a_mix_is_the_same_for_a_seed(mix: QuestionTrafficModel) -> None:
    """Drawn anew each time."""
    assert [ask.path for ask in mix.generate_requests(30)] == [
        ask.path for ask in mix.generate_requests(30)
    ]


def test_wording_varies_within_bounds() -> None:
    """Never empty, never much longer."""
    said = {vary_phrase("where is it", "en", Random(seed)) for seed in range(200)}
    assert len(said) > 50
    assert all(0 < len(text) < 60 for text in said)
    assert vary_phrase("ab", "xx", Random(1)).casefold().startswith("ab")


def answered(about: str, outcome: str, template: str = "", seconds: float = 0.01) -> TrafficAnswer:
    ask = TrafficRequest(key=Key(experience=about, locale="en", case="any"), path="/ask?q=x")
    return TrafficAnswer(
        request=ask, status=200, outcome=outcome, cached=False, seconds=seconds, template=template
    )


def test_the_report_tells_wrong_texts_from_right_ones() -> None:
    """A routed hit about something else, or about what nothing answers, is wrong."""
    answers = [
        answered("welcome", "hit", "welcome/en/any"),
        answered("welcome", "hit", "flash-sale/en/any"),
        answered("out-of-scope", "hit", "welcome/en/any"),
        answered("out-of-scope", "hit", "answer/en/q-1"),
        answered("welcome", "clarify"),
        answered("welcome", "miss", "answer/en/q-2"),
        answered("welcome", "fallback", "answer/en/q-3"),
        answered("welcome", "error"),
    ]
    report = build_question_report(answers, answer="answer", seconds=2, gpu_calls=1)
    assert (report.requests, report.hits, report.routed, report.wrong) == (8, 4, 3, 2)
    assert (report.clarified, report.misses, report.fallbacks, report.errors) == (1, 1, 1, 1)
    assert (report.requests_per_second, report.gpu_calls) == (4.0, 1)
    assert report.latency_ms["p50"] == 10.0
