"""Fetching weights from S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from edgefill.core.errors import InputRefused
from gpu_service.weights import fetch_weights
from gpu_service.weights.s3 import fetch_from_s3

FILES = {"config.json": b"{}", "sub/model.safetensors": b"weights" * 5000}
SOURCE = "s3://models/tiny/"


@pytest.fixture
def s3() -> Iterator[Any]:
    """A bucket with a model."""
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="models")
        for name, body in FILES.items():
            client.put_object(
                Bucket="models", Key=f"tiny/{name}", Body=body, ChecksumAlgorithm="SHA256"
            )
        client.put_object(Bucket="models", Key="tiny-2/config.json", Body=b"another model's")
        yield client


def read_files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and ".weights" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_folder_is_filled_from_s3(s3: Any, tmp_path: Path) -> None:
    """Every object under the prefix, and no object of another prefix."""
    fetch_weights(SOURCE, tmp_path)
    assert read_files(tmp_path) == FILES


class TamperingClient:
    """A client whose GetObject returns other bytes of the same length, and counts its calls."""

    def __init__(self, client: Any, body: bytes) -> None:
        self._client, self._body = client, body
        self.gets = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_object(self, **arguments: Any) -> Any:
        self.gets += 1
        answer = self._client.get_object(**arguments)
        if self._body:
            answer["Body"] = ChunkedBody(self._body)
        return answer


class ChunkedBody:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        return (self._body[n : n + size] for n in range(0, len(self._body), size))


def test_a_complete_file_is_not_fetched_again(s3: Any, tmp_path: Path) -> None:
    """A second start fetches only what changed."""
    fetch_weights(SOURCE, tmp_path)
    s3.put_object(Bucket="models", Key="tiny/config.json", Body=b"[]")
    counting = TamperingClient(s3, b"")
    fetch_from_s3(SOURCE, tmp_path, client=counting)
    assert counting.gets == 1
    assert read_files(tmp_path)["config.json"] == b"[]"


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32", ""])
def test_other_bytes_are_refused(s3: Any, tmp_path: Path, algorithm: str) -> None:
    """They have the right length but the wrong checksum: no file appears."""
    options = {"ChecksumAlgorithm": algorithm} if algorithm else {}
    s3.put_object(Bucket="models", Key="one/config.json", Body=b"{}", **options)
    with pytest.raises(InputRefused, match=r"config\.json.*upload it again"):
        fetch_from_s3("s3://models/one", tmp_path, client=TamperingClient(s3, b"[]"))
    assert read_files(tmp_path) == {}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("s3://models/none", "has no objects"),
        ("s3://nobody/tiny", "check the bucket"),
        ("ftp://models", "write s3://BUCKET/PREFIX or hub:OWNER/NAME"),
    ],
)
def test_an_unusable_source_is_named(s3: Any, tmp_path: Path, source: str, says: str) -> None:
    """The refusal names the source and the remedy."""
    with pytest.raises(InputRefused, match=says):
        fetch_weights(source, tmp_path)


def test_without_a_source_the_folder_stays(tmp_path: Path) -> None:
    """An empty setting fetches nothing."""
    fetch_weights("", tmp_path)
    assert read_files(tmp_path) == {}
