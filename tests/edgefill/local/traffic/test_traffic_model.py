"""Generated page requests."""

from collections import Counter
from random import Random

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.local.traffic.traffic_model import TrafficModel
from edgefill.local.traffic.visitors import generate_visitors


@pytest.fixture(scope="module")
def model(catalogue: Catalogue) -> TrafficModel:
    return TrafficModel(catalogue, generate_visitors(catalogue, per_case=2, seed=1), seed=1)


def test_every_written_key_can_be_requested(catalogue: Catalogue, model: TrafficModel) -> None:
    """Together the visitors reach the whole catalogue."""
    assert set(model.ranked) == set(catalogue.list_keys())


def test_the_visitor_of_a_request_reaches_its_key(
    catalogue: Catalogue, model: TrafficModel
) -> None:
    """The case resolves to the key's; the URL has the locale when the visitor's differs."""
    for seed, key in enumerate(model.ranked):
        request = model.make_request(key, Random(seed))
        cases = catalogue.entry(key.experience).experience.cases
        assert cases.resolve(request.visitor.case if request.visitor else {}) == key.case
        assert request.path.startswith(f"/p/{key.experience}")
        has_locale = request.path.endswith(f"?locale={key.locale}")
        assert has_locale == (request.visitor is None or request.visitor.locale != key.locale)


def test_a_request_that_needs_a_visitor_has_one(catalogue: Catalogue, model: TrafficModel) -> None:
    """No request is certain to be refused."""
    for request in model.generate_requests(2000):
        if not catalogue.entry(request.key.experience).experience.anonymous:
            assert request.visitor is not None


def test_demand_follows_the_rank(model: TrafficModel) -> None:
    """The first key is requested most, about twice as often as the second."""
    counts = Counter(request.key for request in model.generate_requests(20_000))
    first, second = counts[model.ranked[0]], counts[model.ranked[1]]
    assert first == max(counts.values())
    assert 1.8 < first / second < 2.6


def test_the_same_seed_gives_the_same_requests(model: TrafficModel) -> None:
    """They are in the same order."""
    assert list(model.generate_requests(50)) == list(model.generate_requests(50))
