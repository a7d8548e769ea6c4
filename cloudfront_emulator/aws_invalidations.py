"""Applies invalidations that are created through the API of an AWS emulator such as moto.

The distribution is registered there, and its list of invalidations is polled, because moto
stores invalidations without sending them anywhere.
Source: API Reference, CreateInvalidation, ListInvalidations and GetInvalidation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cloudfront_emulator.distribution import DistributionConfig
from cloudfront_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudfront.type_defs import DistributionConfigTypeDef, OriginTypeDef

INTERVAL = 0.25  # seconds

log = logging.getLogger(__name__)


def make_cloudfront_client(endpoint_url: str) -> CloudFrontClient:
    """A client of an AWS emulator's CloudFront. The credentials are arbitrary; it never retries."""
    key_id, secret = "local", "local"
    session = boto3.Session(
        aws_access_key_id=key_id, aws_secret_access_key=secret, region_name="us-east-1"
    )
    config = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1})
    return session.client("cloudfront", endpoint_url=endpoint_url, config=config)


def register(client: CloudFrontClient, distribution: DistributionConfig) -> str:
    """Register `distribution` in the API and return its id there; idempotent."""
    try:
        response = client.create_distribution(DistributionConfig=_make_config(distribution))
    except client.exceptions.DistributionAlreadyExists:
        return _find_registered(client, distribution.id)
    return response["Distribution"]["Id"]


class InvalidationPoller:
    """Calls `invalidate` once with the paths and tags of each new invalidation.

    `on_registered` gets the distribution's id in the API, and again if the API lost it.
    """

    def __init__(
        self,
        client: CloudFrontClient,
        distribution: DistributionConfig,
        invalidate: Callable[[Sequence[str]], object],
        *,
        interval: float = INTERVAL,
        on_registered: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._client = client
        self._distribution = distribution
        self._invalidate = invalidate
        self._interval = interval
        self._on_registered = on_registered
        self._seen: set[str] = set()
        self._unreachable = False
        self.id: str | None = None

    async def run(self) -> None:
        """Poll until cancelled, also while the API is unreachable."""
        while True:
            await self.poll()
            await asyncio.sleep(self._interval)

    async def poll(self) -> None:
        """Poll once. Errors of the API and invalid invalidations are logged, not raised."""
        try:
            id_, batches = await asyncio.to_thread(self._fetch_new)
        except (BotoCoreError, ClientError) as error:
            self._report_unreachable(error)
            return
        self._unreachable = False
        if id_ != self.id:
            self.id = id_
            self._on_registered(id_)
        for paths in batches:
            self._apply(paths)

    def _fetch_new(self) -> tuple[str, list[list[str]]]:
        id_ = (
            register(self._client, self._distribution)
            if self._needs_registration()
            else str(self.id)
        )
        pages = self._client.get_paginator("list_invalidations").paginate(DistributionId=id_)
        ids = [item["Id"] for page in pages for item in page["InvalidationList"].get("Items", [])]
        batches = [self._fetch_paths(id_, each) for each in ids if each not in self._seen]
        self._seen = set(ids)
        return id_, batches

    def _needs_registration(self) -> bool:
        return self.id is None or self._unreachable

    def _fetch_paths(self, id_: str, invalidation: str) -> list[str]:
        response = self._client.get_invalidation(DistributionId=id_, Id=invalidation)
        return list(response["Invalidation"]["InvalidationBatch"]["Paths"].get("Items", []))

    def _apply(self, paths: list[str]) -> None:
        try:
            self._invalidate(paths)
        except EmulatorError as error:
            log.warning("an invalidation is ignored: %s", error)

    def _report_unreachable(self, error: Exception) -> None:
        if not self._unreachable:
            log.warning("the AWS API does not answer, invalidations wait: %s", type(error).__name__)
        self._unreachable = True


def _find_registered(client: CloudFrontClient, reference: str) -> str:
    for page in client.get_paginator("list_distributions").paginate():
        for item in page["DistributionList"].get("Items", []):
            config = client.get_distribution_config(Id=item["Id"])["DistributionConfig"]
            if config["CallerReference"] == reference:
                return item["Id"]
    raise AssertionError(f"{reference} exists, but the API does not list it")


def _make_config(distribution: DistributionConfig) -> DistributionConfigTypeDef:
    """The fields that the API requires. The emulator itself reads the template, not this."""
    origins: list[OriginTypeDef] = [
        {
            "Id": origin.id,
            "DomainName": origin.domain_name,
            "OriginPath": origin.path,
            "CustomHeaders": {"Quantity": 0},
            "CustomOriginConfig": {
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "match-viewer",
            },
        }
        for origin in distribution.origins.values()
    ]
    return {
        "CallerReference": distribution.id,
        "Comment": f"cloudfront_emulator: {distribution.domain_name}",
        "Enabled": True,
        "Origins": {"Quantity": len(origins), "Items": origins},
        "DefaultCacheBehavior": {
            "TargetOriginId": next(iter(distribution.origins)),
            "ViewerProtocolPolicy": "allow-all",
        },
    }
