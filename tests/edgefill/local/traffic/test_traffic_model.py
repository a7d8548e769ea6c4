"""The traffic mix."""

from collections import Counter
from random import Random

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.local.traffic.traffic_model import TrafficModel
from edgefill.local.traffic.visitors import generate_visitors


@pytest.fixture(scope="module")
def mix(catalogue: Catalogue) -> TrafficModel:
    return TrafficModel(catalogue, generate_visitors(catalogue, per_case=2, seed=1), seed=1)


def test_every_written_key_can_be_asked_for(catalogue: Catalogue, mix: TrafficModel) -> None:
    """Together the visitors reach the whole catalogue."""
    assert set(mix.ranked) == set(catalogue.list_keys())


def test_whoever_asks_reaches_the_key(catalogue: Catalogue, mix: TrafficModel) -> None:
    """The visitor's case resolves to the key's, and the URL says its locale when they do not."""
    for seed, key in enumerate(mix.ranked):
        ask = mix.make_request(key, Random(seed))
        cases = catalogue.entry(key.experience).experience.cases
        assert cases.resolve(ask.visitor.case if ask.visitor else {}) == key.case
        assert ask.path.startswith(f"/p/{key.experience}")
        said = ask.path.endswith(f"?locale={key.locale}")
        assert said == (ask.visitor is None or ask.visitor.locale != key.locale)


def test_where_a_visitor_is_needed_nobody_is_anonymous(
    catalogue: Catalogue, mix: TrafficModel
) -> None:
    """The mix holds no request that is bound to be refused."""
    for ask in mix.generate_requests(2000):
        if not catalogue.entry(ask.key.experience).experience.anonymous:
            assert ask.visitor is not None


def test_demand_follows_the_rank(mix: TrafficModel) -> None:
    """The first key is asked for most, about twice as often as the second."""
    counts = Counter(ask.key for ask in mix.generate_requests(20_000))
    first, second = counts[mix.ranked[0]], counts[mix.ranked[1]]
    assert first == max(counts.values())
    assert 1.8 < first / second < 2.6


def test_a_seed_asks_the_same(mix: TrafficModel) -> None:
    """Two runs send the same requests in the same order."""
    assert list(mix.generate_requests(50)) == list(mix.generate_requests(50))
