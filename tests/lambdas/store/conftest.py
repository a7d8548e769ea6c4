"""The stores under test: the memory twin, and S3 by moto in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from lambdas.store.aws import Aws
from lambdas.store.memory import MemoryObjects
from lambdas.store.objects import Objects
from lambdas.store.s3 import S3Objects

BUCKET = "templates"


@pytest.fixture(params=["memory", "s3"])
def objects(request: pytest.FixtureRequest) -> Iterator[Objects]:
    """An empty store, of either kind."""
    if request.param == "memory":
        yield MemoryObjects()
        return
    with mock_aws():
        client = Aws(credentials=("test", "test")).s3()
        client.create_bucket(Bucket=BUCKET)
        yield S3Objects(client, BUCKET)
