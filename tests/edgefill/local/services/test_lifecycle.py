"""The lifecycle of the overlay on one machine, over moto."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws
from moto.server import ThreadedMotoServer

from edgefill.core.errors import NotStored, StoreUnavailable
from edgefill.local.services.aws import BUCKET, create_resources
from edgefill.local.services.lifecycle import expire_objects
from edgefill.packs.layout import DENIALS, OVERLAY_DAYS, POINTER
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.edge.fetch import HttpFetch

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ANSWER = "t/live/answer/en/q-00000000000000000000.json"
KEPT = ("t/r/r1/welcome/en.json", DENIALS, POINTER, "held/answer/en/any.json")


@pytest.fixture
def s3() -> Iterator[S3Client]:
    """The bucket as the stack creates it."""
    aws = AwsClients(credentials=("local", "local"))
    with mock_aws():
        create_resources(aws)
        with closing(aws.make_s3()) as client:
            for key in (ANSWER, *KEPT):
                client.put_object(Bucket=BUCKET, Key=key, Body=b"{}")
            yield client


@pytest.mark.parametrize(("days", "is_there"), [(-1, True), (1, False)])
def test_a_template_of_a_miss_expires(s3: S3Client, days: int, is_there: bool) -> None:
    """After its days, and no day earlier."""
    now = datetime.now(UTC) + timedelta(days=OVERLAY_DAYS + days)
    assert expire_objects(s3, BUCKET, now) == (not is_there)
    store = S3ObjectStore(s3, BUCKET)
    if is_there:
        store.get(ANSWER)
    else:
        with pytest.raises(NotStored):
            store.get(ANSWER)


def test_releases_pointer_denials_and_held_texts_do_not_expire(s3: S3Client) -> None:
    """A denied answer must not come back after a month."""
    expire_objects(s3, BUCKET, datetime.now(UTC) + timedelta(days=3650))
    keys = {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == set(KEPT)


def test_the_edge_reads_the_local_store_without_a_signature() -> None:
    """Packs, pointer and overlay, and nothing that the CDN may not read."""
    server = ThreadedMotoServer(port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        aws = AwsClients.for_emulator(f"http://{host}:{port}")
        create_resources(aws)
        with closing(aws.make_s3()) as client:
            for key in (ANSWER, *KEPT):
                client.put_object(Bucket=BUCKET, Key=key, Body=b"{}")
        fetch = HttpFetch(f"http://{host}:{port}/{BUCKET}", timeout_s=60)
        for key in (ANSWER, *KEPT[:-1]):
            assert fetch(key, None).body == b"{}"
        assert fetch("t/r/r1/none/en.json", None).status in (403, 404)
        with pytest.raises(StoreUnavailable, match="403"):
            fetch(KEPT[-1], None)
        fetch.close()
    finally:
        server.stop()
