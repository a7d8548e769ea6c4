"""An invalidation at AWS's own API takes effect at the CDN (API Reference, CreateInvalidation)."""

import json
import time
from typing import TYPE_CHECKING

import pytest

from cloudfront_emulator.aws_invalidations import make_cloudfront_client
from cloudfront_emulator.cache.x_cache import HIT, MISS
from edgefill.packs.layout import POINTER, pack_key

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("by", ["path", "tag"])
def test_an_invalidated_object_is_fetched_again(world: "World", by: str) -> None:
    """A pack is cached for a year, unless its path or its tag is invalidated."""
    current = json.loads(world.get(f"/{POINTER}").text)["current"]
    experience, locales = next(iter(current["experiences"].items()))
    path = f"/{pack_key(current['release'], experience, locales[0])}"
    tags = world.get(path).headers["x-amz-meta-cache-tag"].split(",")
    assert world.get(path).headers["x-cache"] == HIT
    invalidate(world, path if by == "path" else f"#{tags[0]}")
    assert world.wait_for_change(lambda: world.get(path), other_than=HIT, header="x-cache") == MISS
    assert world.get(path).headers["x-cache"] == HIT


def invalidate(world: "World", item: str) -> None:
    client = make_cloudfront_client(world.stack.run_file.s3_endpoint)
    (row,) = client.list_distributions()["DistributionList"]["Items"]
    client.create_invalidation(
        DistributionId=row["Id"],
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": [item]},
            "CallerReference": f"{item} {time.time()}",
        },
    )
