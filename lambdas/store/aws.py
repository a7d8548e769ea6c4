"""AWS clients: the one importer of boto3.

Everything that talks to AWS is given its client; this module makes them from one settings value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Aws:
    """How to reach AWS; times are in seconds, `attempts` counts the first one too.

    `credentials` (key id, secret) stands in for boto3's own search, for emulators alone.
    """

    region: str = "us-east-1"
    endpoint_url: str | None = None
    credentials: tuple[str, str] | None = None
    connect_timeout: float = 1.0
    read_timeout: float = 5.0
    attempts: int = 3
    connections: int = 16

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Aws:
        """Region and endpoint as the AWS SDKs name them."""
        return cls(
            region=environment.get("AWS_REGION")
            or environment.get("AWS_DEFAULT_REGION")
            or "us-east-1",
            endpoint_url=environment.get("AWS_ENDPOINT_URL") or None,
        )

    @classmethod
    def emulated(cls, endpoint_url: str) -> Aws:
        """An emulator on this machine, which takes any credentials."""
        return cls(endpoint_url=endpoint_url, credentials=("local", "local"))

    def s3(self) -> S3Client:
        """A client of S3; path-style under an endpoint of one's own."""
        paths = Config(s3={"addressing_style": "path" if self.endpoint_url else "auto"})
        config = self._config().merge(paths)
        return self._session().client("s3", endpoint_url=self.endpoint_url, config=config)

    def dynamodb(self) -> DynamoDBClient:
        """A client of DynamoDB."""
        return self._session().client(
            "dynamodb", endpoint_url=self.endpoint_url, config=self._config()
        )

    def sqs(self) -> SQSClient:
        """A client of SQS."""
        return self._session().client("sqs", endpoint_url=self.endpoint_url, config=self._config())

    def _session(self) -> boto3.Session:
        key_id, secret = self.credentials or (None, None)
        return boto3.Session(
            aws_access_key_id=key_id, aws_secret_access_key=secret, region_name=self.region
        )

    def _config(self) -> Config:
        """docs.aws.amazon.com/boto3/latest/guide/retries.html, "Standard retry mode"."""
        return Config(
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            retries={"total_max_attempts": self.attempts, "mode": "standard"},
            max_pool_connections=self.connections,
        )
