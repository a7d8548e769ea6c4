"""A GPU service in moto, with two versions of a model in its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from edgefill.store.aws import AwsClients
from tests.edgefill.operations.rollout.emulated_service import create_service


@pytest.fixture
def aws() -> Iterator[AwsClients]:
    with mock_aws():
        clients = AwsClients(credentials=("test", "test"))
        create_service(clients.make_ecs(), clients.make_ssm())
        yield clients


@pytest.fixture
def ecs(aws: AwsClients) -> Any:
    return aws.make_ecs()


@pytest.fixture
def ssm(aws: AwsClients) -> Any:
    return aws.make_ssm()
