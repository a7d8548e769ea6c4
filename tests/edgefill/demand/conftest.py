"""Fixtures for demand: a clock, and AWS in moto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from edgefill.demand.table import DemandTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_sqs.client import SQSClient

SESSION = boto3.Session("test", "test", region_name="eu-central-1")


class Clock:
    """Wall-clock time that the test advances."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table() -> Iterator[DemandTable]:
    """The demand table in moto."""
    with mock_aws():
        client = SESSION.client("dynamodb")
        table = DemandTable(client, "demand")
        table.create()
        yield table


@pytest.fixture
def broken_table() -> Iterator[DemandTable]:
    """A table that does not exist: every call fails."""
    with mock_aws():
        yield DemandTable(SESSION.client("dynamodb"), "missing")


@pytest.fixture
def sqs() -> Iterator[SQSClient]:
    """SQS in moto."""
    with mock_aws():
        yield SESSION.client("sqs")


@pytest.fixture
def unreachable() -> Callable[[Any], Any]:
    """Clients of a service at a closed port."""
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    return lambda service: SESSION.client(service, endpoint_url="http://127.0.0.1:9", config=config)
