"""Invalidations through AWS's API, as moto serves it (API Reference, CreateInvalidation)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest
from moto.server import ThreadedMotoServer

from cloudfront_emulator.aws_invalidations import (
    InvalidationPoller,
    make_cloudfront_client,
    register,
)
from cloudfront_emulator.distribution import DistributionConfig, Origin
from cloudfront_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient

NUMBERS = count()  # a distribution for each test


def served(port: int = 0) -> tuple[ThreadedMotoServer, str]:
    """moto as a server of its own, on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server, "http://{}:{}".format(*server.get_host_and_port())


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server, url = served()
    yield url
    server.stop()


@pytest.fixture
def client(endpoint: str) -> Iterator[CloudFrontClient]:
    client = make_cloudfront_client(endpoint)
    yield client
    client.close()


@pytest.fixture
def distribution() -> DistributionConfig:
    origin = Origin(id="api", kind="custom", domain_name="api.example.com")
    return DistributionConfig(
        id=f"Shop{next(NUMBERS)}",
        domain_name="d.example",
        behaviours=(),
        origins={"api": origin},
    )


def invalidate(client: CloudFrontClient, id_: str | None, *paths: str) -> None:
    assert id_
    client.create_invalidation(
        DistributionId=id_,
        InvalidationBatch={
            "Paths": {"Quantity": len(paths), "Items": list(paths)},
            "CallerReference": "-".join(paths),
        },
    )


def test_a_distribution_is_registered_once(
    client: CloudFrontClient, distribution: DistributionConfig
) -> None:
    """The same CallerReference has the same id (API Reference, CreateDistribution)."""
    first = register(client, distribution)
    assert register(client, distribution) == first
    distributions = client.list_distributions()["DistributionList"]["Items"]
    assert [item["Id"] for item in distributions].count(first) == 1


def test_each_invalidation_takes_effect_once(
    client: CloudFrontClient, distribution: DistributionConfig
) -> None:
    """Paths and tags are handed on in the order they came, and not again."""
    handed: list[list[str]] = []
    ids: list[str] = []

    def take(paths: Sequence[str]) -> None:
        handed.append(list(paths))

    api = InvalidationPoller(client, distribution, take, on_registered=ids.append)
    asyncio.run(api.poll())
    invalidate(client, api.id, "/t/*", "#product-1")
    invalidate(client, api.id, "/p/home")
    asyncio.run(api.poll())
    invalidate(client, api.id, "/last")
    asyncio.run(api.poll())
    asyncio.run(api.poll())
    assert handed == [["/t/*", "#product-1"], ["/p/home"], ["/last"]]
    assert ids == [api.id]


def test_a_bad_path_is_logged_and_the_next_one_counts(
    client: CloudFrontClient, distribution: DistributionConfig, caplog: pytest.LogCaptureFixture
) -> None:
    """moto takes what AWS would refuse; here it is said and passed over."""
    handed: list[str] = []

    def take(paths: Sequence[str]) -> None:
        if "t" in paths:
            raise EmulatorError("path 't' does not begin with a slash")
        handed.extend(paths)

    api = InvalidationPoller(client, distribution, take)
    asyncio.run(api.poll())
    invalidate(client, api.id, "t")
    invalidate(client, api.id, "/t")
    asyncio.run(api.poll())
    assert handed == ["/t"]
    assert "ignored: path 't' does not begin" in caplog.text


def test_polling_continues_while_the_api_is_unreachable(
    distribution: DistributionConfig, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once. When the API is back and empty, the distribution is registered again."""
    ids: list[str] = []
    server, url = served()
    client = make_cloudfront_client(url)
    api = InvalidationPoller(client, distribution, len, on_registered=ids.append)
    asyncio.run(api.poll())
    server.stop()
    asyncio.run(api.poll())
    asyncio.run(api.poll())
    messages = [
        one.message for one in caplog.records if one.name == "cloudfront_emulator.aws_invalidations"
    ]
    assert messages == ["the AWS API does not answer, invalidations wait: EndpointConnectionError"]
    server, _ = served(int(url.rpartition(":")[2]))
    httpx.post(f"{url}/moto-api/reset")
    asyncio.run(api.poll())
    server.stop()
    client.close()
    assert len(ids) == 2


def test_it_polls_until_it_is_cancelled(
    client: CloudFrontClient, distribution: DistributionConfig
) -> None:
    """What is created while it runs arrives by itself."""

    async def run() -> list[str]:
        handed: list[str] = []
        registered_ids, arrived = asyncio.Event(), asyncio.Event()

        def take(paths: Sequence[str]) -> None:
            handed.extend(paths)
            arrived.set()

        api = InvalidationPoller(
            client, distribution, take, interval=0, on_registered=lambda _: registered_ids.set()
        )
        task = asyncio.ensure_future(api.run())
        await registered_ids.wait()
        await asyncio.to_thread(invalidate, client, api.id, "/x")
        await arrived.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return handed

    assert asyncio.run(run()) == ["/x"]
