"""Weights from S3: streamed to disk in ranges, each file checked before it gets its name.

The one module of the service that imports boto3; credentials, region and endpoint are the AWS
SDK's own (AWS_*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from edgefill.core.errors import InputRefused
from gpu_service.weights.checksum import Checksum

FILES_AT_ONCE = 8
CHUNK = 8 << 20  # bytes
REMEDY = "check the bucket, the prefix and the task's role (s3:ListBucket, s3:GetObject)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """An object under the prefix."""

    key: str
    path: PurePosixPath  # in the folder
    size: int
    etag: str


def fetch_s3(source: str, folder: Path, *, client: Any = None) -> None:
    """Fill `folder` from `s3://BUCKET/PREFIX`; files that are there whole are not read again."""
    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    try:
        client = client or _client()
        remotes = list(_listed(client, bucket, prefix.rstrip("/")))
        if not remotes:
            raise InputRefused(f"{source}: there are no objects; {REMEDY}")
        with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
            list(pool.map(lambda remote: _fetch(client, bucket, remote, folder), remotes))
    except (BotoCoreError, ClientError) as error:
        raise InputRefused(f"{source}: {' '.join(str(error).split())[:200]}; {REMEDY}") from error
    except OSError as error:
        raise InputRefused(
            f"{folder}: {error.strerror or error}; give a folder with room to write"
        ) from error


def _client() -> Any:
    retries: Any = {"mode": "standard", "total_max_attempts": 5}
    return boto3.client(
        "s3", config=Config(retries=retries, max_pool_connections=2 * FILES_AT_ONCE)
    )


def _listed(client: Any, bucket: str, prefix: str) -> Iterator[Remote]:
    base = f"{prefix}/" if prefix else ""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=base):
        for entry in page.get("Contents", ()):
            path = PurePosixPath(entry["Key"].removeprefix(base))
            if entry["Key"].endswith("/"):
                continue
            if path.is_absolute() or ".." in path.parts:
                raise InputRefused(f"s3://{bucket}/{entry['Key']}: no path inside a folder")
            yield Remote(
                key=entry["Key"], path=path, size=entry["Size"], etag=entry["ETag"].strip('"')
            )


def _fetch(client: Any, bucket: str, remote: Remote, folder: Path) -> None:
    target, note = folder / remote.path, folder / ".weights" / f"{remote.path}.etag"
    if _is_there(target, note, remote):
        return
    answer = client.get_object(
        Bucket=bucket, Key=remote.key, IfMatch=remote.etag, ChecksumMode="ENABLED"
    )
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    checksum = Checksum.of(answer, remote.etag)
    try:
        written = _stream(answer["Body"], part, checksum.update)
        if written != remote.size or not checksum.agrees():
            raise InputRefused(
                f"s3://{bucket}/{remote.key}: {written} of {remote.size} bytes came, or not those"
                " that were stored; start again, or upload it again"
            )
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(remote.etag)


def _stream(body: Any, part: Path, update: Callable[[bytes], None]) -> int:
    written = 0
    with part.open("wb") as file:
        for chunk in body.iter_chunks(CHUNK):
            update(chunk)
            written += file.write(chunk)
    return written


def _is_there(target: Path, note: Path, remote: Remote) -> bool:
    """Whether an earlier start fetched the very same object whole."""
    return (
        target.exists()
        and target.stat().st_size == remote.size
        and note.exists()
        and note.read_text() == remote.etag
    )
