"""The traffic of the visitors has every kind of request, from the same models as load tests."""

from __future__ import annotations

from collections import Counter
from random import Random

from edgefill.catalogue.catalogue import Catalogue
from edgefill.local.chaos.request_mix import SHARES, RequestMix, make_new_question
from edgefill.local.traffic.marks import make_marked_visitor
from edgefill.local.traffic.question_model import QuestionTrafficModel
from edgefill.local.traffic.traffic_model import TrafficModel


def make_mix(catalogue: Catalogue) -> RequestMix:
    people = [make_marked_visitor(number) for number in range(64)]
    assert catalogue.questions is not None
    return RequestMix(
        TrafficModel(catalogue, people, seed=1),
        QuestionTrafficModel(catalogue.questions, people, seed=1),
        seed=1,
    )


def test_every_kind_is_drawn_about_as_often_as_its_share(catalogue: Catalogue) -> None:
    """Among 2000 requests each kind has at least half of its share."""
    mix = make_mix(catalogue)
    counts = Counter(mix.draw().kind for _ in range(2000))
    assert counts.keys() == SHARES.keys()
    assert all(counts[kind] >= 20 * share / 2 for kind, share in SHARES.items())


def test_kinds_differ_in_method_path_and_headers(catalogue: Catalogue) -> None:
    """Questions go to /ask, HEAD and Range and conditions to pages."""
    mix = make_mix(catalogue)
    requests = {request.kind: request for request in (mix.draw() for _ in range(500))}
    assert requests["question"].path.startswith("/ask?q=")
    assert requests["new-question"].path.startswith("/ask?q=would")
    assert requests["head"].method == "HEAD"
    assert requests["range"].headers == {"Range": "bytes=0-99"}
    assert set(requests["condition"].headers) == {"If-None-Match", "If-Modified-Since"}
    assert {requests[kind].path[:3] for kind in ("page", "head", "range", "condition")} == {"/p/"}


def test_new_questions_hardly_ever_repeat() -> None:
    """A repeated question would be a hit."""
    rng = Random(2)
    paths = {make_new_question(rng, None).path for _ in range(1000)}
    assert len(paths) > 990
