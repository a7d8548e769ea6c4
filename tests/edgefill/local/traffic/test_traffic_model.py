"""The traffic mix."""

from collections import Counter
from random import Random

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.local.traffic.traffic_model import Mix
from edgefill.local.traffic.visitors import visitors


@pytest.fixture(scope="module")
def mix(catalogue: Catalogue) -> Mix:
    return Mix(catalogue, visitors(catalogue, each=2, seed=1), seed=1)


def test_every_written_key_can_be_asked_for(catalogue: Catalogue, mix: Mix) -> None:
    """Together the visitors reach the whole catalogue."""
    assert set(mix.ranked) == set(catalogue.keys())


def test_whoever_asks_reaches_the_key(catalogue: Catalogue, mix: Mix) -> None:
    """The visitor's case resolves to the key's, and the URL says its locale when they do not."""
    for seed, key in enumerate(mix.ranked):
        ask = mix.ask(key, Random(seed))
        cases = catalogue.entry(key.experience).experience.cases
        assert cases.resolve(ask.visitor.case if ask.visitor else {}) == key.case
        assert ask.path.startswith(f"/p/{key.experience}")
        said = ask.path.endswith(f"?locale={key.locale}")
        assert said == (ask.visitor is None or ask.visitor.locale != key.locale)


def test_where_a_visitor_is_needed_nobody_is_anonymous(catalogue: Catalogue, mix: Mix) -> None:
    """The mix holds no request that is bound to be refused."""
    for ask in mix.asks(2000):
        if not catalogue.entry(ask.key.experience).experience.anonymous:
            assert ask.visitor is not None


def test_demand_follows_the_rank(mix: Mix) -> None:
    """The first key is asked for most, about twice as often as the second."""
    counts = Counter(ask.key for ask in mix.asks(20_000))
    first, second = counts[mix.ranked[0]], counts[mix.ranked[1]]
    assert first == max(counts.values())
    assert 1.8 < first / second < 2.6


def test_a_seed_asks_the_same(mix: Mix) -> None:
    """Two runs send the same requests in the same order."""
    assert list(mix.asks(50)) == list(mix.asks(50))
