"""AwsClients: makes the clients of AWS. This is the only module that imports boto3.

Everything that talks to AWS takes its client as an argument.
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
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

NO_ANSWER_ERRORS = (ConnectTimeoutError, ReadTimeoutError, EndpointConnectionError)


@cache
def _share_models(data_path: str | None) -> Loader:
    """Return the process's only loader of botocore's service models, which parse slowly."""
    return create_loader(data_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsClients:
    """The settings of all clients; times are in seconds, `attempts` includes the first one.

    With `cooldown_s` each client has a circuit breaker: after a call without an answer, further
    calls fail at once for so long, then one call is let through. `credentials` (key id, secret)
    replaces boto3's own search and is only for emulators.
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
        """Read the region and the endpoint from the variables of the AWS SDKs."""
        return cls(
            region=environment.get("AWS_REGION")
            or environment.get("AWS_DEFAULT_REGION")
            or "us-east-1",
            endpoint_url=environment.get("AWS_ENDPOINT_URL") or None,
        )

    @classmethod
    def for_emulator(cls, endpoint_url: str) -> AwsClients:
        """Return the settings for an emulator, which accepts any credentials."""
        return cls(endpoint_url=endpoint_url, credentials=("local", "local"))

    def make_s3(self) -> S3Client:
        """Make a client of S3; with an `endpoint_url` it addresses buckets by path."""
        paths = Config(s3={"addressing_style": "path" if self.endpoint_url else "auto"})
        config = self._make_config().merge(paths)
        client = self._make_session().client("s3", endpoint_url=self.endpoint_url, config=config)
        self._add_breaker(client.meta)
        return client

    def make_dynamodb(self) -> DynamoDBClient:
        """Make a client of DynamoDB."""
        client = self._make_session().client(
            "dynamodb", endpoint_url=self.endpoint_url, config=self._make_config()
        )
        self._add_breaker(client.meta)
        return client

    def make_sqs(self) -> SQSClient:
        """Make a client of SQS."""
        client = self._make_session().client(
            "sqs", endpoint_url=self.endpoint_url, config=self._make_config()
        )
        self._add_breaker(client.meta)
        return client

    def make_ecs(self) -> ECSClient:
        """Make a client of ECS."""
        client = self._make_session().client(
            "ecs", endpoint_url=self.endpoint_url, config=self._make_config()
        )
        self._add_breaker(client.meta)
        return client

    def make_ssm(self) -> SSMClient:
        """Make a client of Systems Manager."""
        return self._make_session().client(
            "ssm", endpoint_url=self.endpoint_url, config=self._make_config()
        )

    def make_client(self, service: str) -> Any:
        """Make a client of another service, by boto3's name for it, without a breaker."""
        return self._make_session().client(  # type: ignore[call-overload] # any service
            service, endpoint_url=self.endpoint_url, config=self._make_config()
        )

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
    """The service did not answer recently, so no request was sent."""

    fmt = "the service did not answer recently; requests are paused (circuit breaker open)"


class _ClientBreaker:
    """Applies a circuit breaker to every attempt of one client, through botocore's events.

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
