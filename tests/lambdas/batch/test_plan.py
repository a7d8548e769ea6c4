"""Plans: all keys, or those in demand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import Key
from lambdas.batch.plan import rank_by_demand, unique_keys

KEYS = st.builds(
    Key,
    experience=st.sampled_from(["a", "b"]),
    locale=st.sampled_from(["en", "de"]),
    case=st.sampled_from(["any", "gold"]),
)


def test_plans_every_key_of_the_catalogue(catalogue: Catalogue) -> None:
    """Experience by locale by written case, in the catalogue's order."""
    assert [str(key) for key in unique_keys(catalogue.list_keys())] == [
        "greeting/en/gold", "greeting/en/basic", "greeting/en/any",
        "greeting/de/gold", "greeting/de/basic", "greeting/de/any",
    ]  # fmt: skip


@given(st.dictionaries(KEYS, st.integers(min_value=0, max_value=3)), st.integers(1, 9))
def test_no_key_left_out_is_in_more_demand(demand: dict[Key, int], top: int) -> None:
    """The plan holds the most demanded, most demanded first, the same ones every time."""
    plan = rank_by_demand(demand, top)
    counts = [demand[key] for key in plan]
    assert len(plan) == min(top, len(demand))
    assert counts == sorted(counts, reverse=True)
    assert all(demand[key] <= min(counts) for key in demand.keys() - set(plan))
    assert plan == rank_by_demand(dict(reversed(demand.items())), top)


def test_without_a_limit_all_that_is_in_demand() -> None:
    """No `top`, no cut."""
    demand = {Key(experience="a", locale="en", case=case): 1 for case in ("x", "y")}
    assert set(rank_by_demand(demand)) == demand.keys()
