"""AWS clients: the one importer of boto3.

Everything that talks to AWS is given its client; this module makes them from one settings value.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.loaders import Loader, create_loader
from botocore.session import get_session

from edgefill.core.circuit_breaker import CircuitBreaker

if TYPE_CHECKING:
    from botocore.client import ClientMeta
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

NO_ANSWER_ERRORS = (ConnectTimeoutError, ReadTimeoutError, EndpointConnectionError)


@cache
def _share_models(data_path: str | None) -> Loader:
    """One loader of botocore's service models per process: a session would parse its own."""
    return create_loader(data_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsClients:
    """How to reach AWS; times are in seconds, `attempts` counts the first one too.

    `rest_s`: a service that does not answer is left alone for so long, then tried by one call.
    `credentials` (key id, secret) stands in for boto3's own search, for emulators alone.
    """

    region: str = "us-east-1"
    endpoint_url: str | None = None
    credentials: tuple[str, str] | None = None
    connect_timeout: float = 1.0
    read_timeout: float = 5.0
    attempts: int = 3
    connections: int = 16
    cooldown_s: float | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> AwsClients:
        """Region and endpoint as the AWS SDKs name them."""
        return cls(
            region=environment.get("AWS_REGION")
            or environment.get("AWS_DEFAULT_REGION")
            or "us-east-1",
            endpoint_url=environment.get("AWS_ENDPOINT_URL") or None,
        )

    @classmethod
    def for_emulator(cls, endpoint_url: str) -> AwsClients:
        """An emulator on this machine, which takes any credentials."""
        return cls(endpoint_url=endpoint_url, credentials=("local", "local"))

    def make_s3(self) -> S3Client:
        """A client of S3; path-style under an endpoint of one's own."""
        paths = Config(s3={"addressing_style": "path" if self.endpoint_url else "auto"})
        config = self._make_config().merge(paths)
        client = self._make_session().client("s3", endpoint_url=self.endpoint_url, config=config)
        self._add_breaker(client.meta)
        return client

    def make_dynamodb(self) -> DynamoDBClient:
        """A client of DynamoDB."""
        client = self._make_session().client(
            "dynamodb", endpoint_url=self.endpoint_url, config=self._make_config()
        )
        self._add_breaker(client.meta)
        return client

    def make_sqs(self) -> SQSClient:
        """A client of SQS."""
        client = self._make_session().client(
            "sqs", endpoint_url=self.endpoint_url, config=self._make_config()
        )
        self._add_breaker(client.meta)
        return client

    def _add_breaker(self, client: ClientMeta) -> None:
        if self.cooldown_s is not None:
            guard = _ClientBreaker(CircuitBreaker(tick=time.monotonic, cooldown_s=self.cooldown_s))
            client.events.register("before-send", guard.check_before_send)
            client.events.register("response-received", guard.record_response)

    def _make_session(self) -> boto3.Session:
        key_id, secret = self.credentials or (None, None)
        core = get_session()
        models = _share_models(core.get_config_variable("data_path"))
        core.register_component("data_loader", models)
        return boto3.Session(
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
            region_name=self.region,
            botocore_session=core,
        )

    def _make_config(self) -> Config:
        """docs.aws.amazon.com/boto3/latest/guide/retries.html, "Standard retry mode"."""
        return Config(
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            retries={"total_max_attempts": self.attempts, "mode": "standard"},
            max_pool_connections=self.connections,
        )


class ServicePaused(BotoCoreError):
    """The service has just not answered, and is spared."""

    fmt = "it has just not answered and is left alone"


class _ClientBreaker:
    """One client's breaker, told by botocore's own events of every attempt.

    botocore.amazonaws.com/v1/documentation/api/latest/topics/events.html
    """

    def __init__(self, breaker: CircuitBreaker) -> None:
        self._breaker = breaker

    def check_before_send(self, **_: Any) -> None:
        if not self._breaker.admit():
            raise ServicePaused

    def record_response(self, *, exception: Exception | None, **_: Any) -> None:
        if isinstance(exception, NO_ANSWER_ERRORS):
            self._breaker.record_failure()
        elif not isinstance(exception, ServicePaused):
            self._breaker.record_success()
