"""A publisher that dies at any moment leaves the old release complete."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from edgefill.packs.layout import POINTER
from edgefill.release.manifest import read_release
from edgefill.release.publish import list_releases, roll_back
from edgefill.store.aws import AwsClients
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore

PUBLISHER = Path(__file__).with_name("slow_publisher.py")
Shop = Any  # tests/edgefill/release/conftest.py


class Died(Exception):
    """The publisher has died."""


class Dying(MemoryObjectStore):
    """A store whose publisher dies after a number of writes."""

    writes_left = 10**6

    def put(self, key: str, body: bytes, **options: Any) -> str:
        """Write while any writes are left."""
        if self.writes_left == 0:
            raise Died
        self.writes_left -= 1
        return super().put(key, body, **options)


def assert_whole(objects: ObjectStore, id_: str) -> None:
    """The pointer names the release, and every object of it is as it was published."""
    assert json.loads(objects.get(POINTER).body)["current"]["release"] == id_
    for key, part in read_release(objects, id_).parts.items():
        assert sha256(objects.get(key).body).hexdigest() == part.sha256


def test_dying_at_any_write_leaves_the_old_release(shop: Shop) -> None:
    """If the publisher dies before any write, visitors still get the old release."""
    writes = 0
    while True:
        objects = Dying()
        old = shop.publish(objects)
        objects.writes_left = writes
        try:
            new = shop.publish(objects, second=1, says="Good morning")
        except Died:
            assert_whole(objects, old.id)
            assert [one.release.id for one in list_releases(objects)][-1] == old.id
            writes += 1
        else:
            break
    assert writes == 4 * 2 + 2  # packs and sources, the manifest, the pointer
    assert_whole(objects, new.id)


def test_publishing_again_after_death_succeeds(shop: Shop) -> None:
    """The objects of a dead publisher do not block the next one."""
    objects = Dying()
    old = shop.publish(objects)
    objects.writes_left = 5
    with pytest.raises(Died):
        shop.publish(objects, second=1, says="Good morning")
    objects.writes_left = 10**6
    new = shop.publish(objects, second=2, says="Good morning")
    assert_whole(objects, new.id)
    assert roll_back(objects).id == old.id


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """moto as a separate server on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.mark.parametrize("writes", [0, 3, 4, 5])
def test_a_killed_process_leaves_the_old_release(shop: Shop, endpoint: str, writes: int) -> None:
    """SIGKILL before the first pack, the last, the manifest or the pointer changes nothing."""
    client = AwsClients.for_emulator(endpoint).make_s3()
    bucket = f"killed-{writes}"
    client.create_bucket(Bucket=bucket)
    objects = S3ObjectStore(client, bucket)
    old = shop.publish(objects)
    command = [sys.executable, str(PUBLISHER), endpoint, bucket, str(writes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as publisher:
        assert publisher.stdout
        assert publisher.stdout.readline() == "stopped\n"
        publisher.kill()
    assert_whole(objects, old.id)
    assert_whole(objects, shop.publish(objects, second=5).id)
