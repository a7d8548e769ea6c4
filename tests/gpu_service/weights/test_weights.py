"""Weights from S3 and the hub."""

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
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket with a model."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="models")
        for name, body in FILES.items():
            client.put_object(
                Bucket="models", Key=f"tiny/{name}", Body=body, ChecksumAlgorithm="SHA256"
            )
        client.put_object(Bucket="models", Key="tiny-2/config.json", Body=b"another model's")
        yield client


def files_of(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file() and ".weights" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_folder_is_filled_from_s3(s3: Any, tmp_path: Path) -> None:
    """Every object under the prefix, none of a neighbour's."""
    fetch_weights(SOURCE, tmp_path)
    assert files_of(tmp_path) == FILES


class Tampering:
    """A client whose GetObject answers other bytes of the same length."""

    def __init__(self, client: Any, body: bytes) -> None:
        self._client, self._body = client, body
        self.gets = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_object(self, **asked: Any) -> Any:
        self.gets += 1
        answer = self._client.get_object(**asked)
        if self._body:
            answer["Body"] = Chunks(self._body)
        return answer


class Chunks:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        return (self._body[n : n + size] for n in range(0, len(self._body), size))


def test_what_is_there_whole_is_not_read_again(s3: Any, tmp_path: Path) -> None:
    """A second start reads only what changed."""
    fetch_weights(SOURCE, tmp_path)
    s3.put_object(Bucket="models", Key="tiny/config.json", Body=b"[]")
    counting = Tampering(s3, b"")
    fetch_from_s3(SOURCE, tmp_path, client=counting)
    assert counting.gets == 1
    assert files_of(tmp_path)["config.json"] == b"[]"


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32", ""])
def test_other_bytes_are_refused(s3: Any, tmp_path: Path, algorithm: str) -> None:
    """Of the right length and still not what was stored: nothing gets the file's name."""
    kept = {"ChecksumAlgorithm": algorithm} if algorithm else {}
    s3.put_object(Bucket="models", Key="one/config.json", Body=b"{}", **kept)
    with pytest.raises(InputRefused, match=r"config\.json.*upload it again"):
        fetch_from_s3("s3://models/one", tmp_path, client=Tampering(s3, b"[]"))
    assert files_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("s3://models/none", "has no objects"),
        ("s3://nobody/tiny", "check the bucket"),
        ("ftp://models", "write s3://BUCKET/PREFIX or hub:OWNER/NAME"),
    ],
)
def test_a_source_that_holds_nothing_is_named(
    s3: Any, tmp_path: Path, source: str, says: str
) -> None:
    """The refusal names the source and the remedy."""
    with pytest.raises(InputRefused, match=says):
        fetch_weights(source, tmp_path)


def test_a_full_folder_needs_no_source(tmp_path: Path) -> None:
    """Without a source the folder is as it is."""
    fetch_weights("", tmp_path)
    assert files_of(tmp_path) == {}
