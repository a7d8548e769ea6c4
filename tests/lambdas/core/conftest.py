"""Declared things of every shape, for round trips."""

import pytest
from hypothesis import strategies as st

from lambdas.core.cases import CaseSpec, Dimension
from lambdas.core.experience import CONTENT_TYPES, Experience
from lambdas.core.slots import TYPES, Slot

WORDS = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
DEFAULTS = st.none() | st.text(max_size=8) | st.booleans() | st.integers()
TUPLES = st.lists(WORDS, max_size=3, unique=True).map(tuple)


def slot_strategy(items: st.SearchStrategy[tuple[Slot, ...]]) -> st.SearchStrategy[Slot]:
    return st.builds(
        Slot,
        name=WORDS,
        type=st.sampled_from(TYPES),
        required=st.booleans(),
        personal=st.booleans(),
        default=DEFAULTS,
        max_length=st.integers(1, 500),
        values=TUPLES,
        minimum=NUMBERS,
        maximum=NUMBERS,
        max_items=st.integers(0, 9),
        item=items,
        description=st.text(max_size=8),
    )


@pytest.fixture(scope="session")
def slots() -> st.SearchStrategy[Slot]:
    """Slots with every field set, lists of records among them."""
    return slot_strategy(st.lists(slot_strategy(st.just(())), max_size=2).map(tuple))


@pytest.fixture(scope="session")
def experiences(slots: st.SearchStrategy[Slot]) -> st.SearchStrategy[Experience]:
    """Experiences with every field set."""
    dimension = st.builds(Dimension, name=WORDS, values=TUPLES, default=WORDS)
    return st.builds(
        Experience,
        id=WORDS,
        version=WORDS,
        format=st.sampled_from(sorted(CONTENT_TYPES)),
        slots=st.lists(slots, max_size=3).map(tuple),
        cases=st.builds(
            CaseSpec,
            dimensions=st.lists(dimension, max_size=2).map(tuple),
            broaden=TUPLES,
            written=TUPLES,
        ),
        anonymous=st.booleans(),
        fields=TUPLES,
        max_chars=st.integers(1, 9999),
        forbidden=TUPLES,
    )
