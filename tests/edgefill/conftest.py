"""Fixtures of several rooms: random slots and experiences, and the stores under test.

The stores are the in-memory twin, and S3 by moto in this process.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from moto import mock_aws

from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.experience import CONTENT_TYPES, Experience
from edgefill.core.slots import SLOT_TYPES, Slot
from edgefill.store.aws import AwsClients
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WORDS = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
DEFAULTS = st.none() | st.text(max_size=8) | st.booleans() | st.integers()
TUPLES = st.lists(WORDS, max_size=3, unique=True).map(tuple)


def slot_strategy(items: st.SearchStrategy[tuple[Slot, ...]]) -> st.SearchStrategy[Slot]:
    return st.builds(
        Slot,
        name=WORDS,
        type=st.sampled_from(SLOT_TYPES),
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
            names=TUPLES,
        ),
        anonymous=st.booleans(),
        fields=TUPLES,
        max_chars=st.integers(1, 9999),
        forbidden=TUPLES,
        open=st.booleans(),
        query_slots=TUPLES,
        link_hosts=TUPLES,
    )


BUCKETS = count()  # a bucket for each test


@pytest.fixture(scope="module")
def client() -> Iterator[S3Client]:
    """A client of an S3 in this process."""
    with mock_aws():
        yield AwsClients(credentials=("test", "test")).make_s3()


@pytest.fixture(params=["memory", "s3"])
def objects(request: pytest.FixtureRequest) -> ObjectStore:
    """An empty store, of either kind."""
    if request.param == "memory":
        return MemoryObjectStore()
    client: S3Client = request.getfixturevalue("client")
    bucket = f"templates-{next(BUCKETS)}"
    client.create_bucket(Bucket=bucket)
    return S3ObjectStore(client, bucket)
