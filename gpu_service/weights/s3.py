"""Fetch weights from S3: files are streamed to the disk and verified before they get their names.

Only this module of the service imports boto3; credentials, region and endpoint are the AWS SDK's
own (AWS_*).
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
class RemoteFile:
    """An object under the prefix; `path` is relative to the model folder."""

    key: str
    path: PurePosixPath
    size: int
    etag: str


def fetch_from_s3(source: str, folder: Path, *, client: Any = None) -> None:
    """Fill `folder` from `s3://BUCKET/PREFIX`; complete files are not fetched again."""
    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    try:
        client = client or _make_client()
        remotes = list(_list_files(client, bucket, prefix.rstrip("/")))
        if not remotes:
            raise InputRefused(f"{source}: it has no objects; {REMEDY}")
        with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
            list(pool.map(lambda remote: _fetch_file(client, bucket, remote, folder), remotes))
    except (BotoCoreError, ClientError) as error:
        raise InputRefused(f"{source}: {' '.join(str(error).split())[:200]}; {REMEDY}") from error
    except OSError as error:
        raise InputRefused(
            f"{folder}: {error.strerror or error}; give a folder with room to write"
        ) from error


def _make_client() -> Any:
    retries: Any = {"mode": "standard", "total_max_attempts": 5}
    return boto3.client(
        "s3", config=Config(retries=retries, max_pool_connections=2 * FILES_AT_ONCE)
    )


def _list_files(client: Any, bucket: str, prefix: str) -> Iterator[RemoteFile]:
    base = f"{prefix}/" if prefix else ""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=base):
        for entry in page.get("Contents", ()):
            path = PurePosixPath(entry["Key"].removeprefix(base))
            if entry["Key"].endswith("/"):
                continue
            if path.is_absolute() or ".." in path.parts:
                raise InputRefused(
                    f"s3://{bucket}/{entry['Key']}: not a path inside a folder; rename it"
                )
            yield RemoteFile(
                key=entry["Key"], path=path, size=entry["Size"], etag=entry["ETag"].strip('"')
            )


def _fetch_file(client: Any, bucket: str, remote: RemoteFile, folder: Path) -> None:
    target, note = folder / remote.path, folder / ".weights" / f"{remote.path}.etag"
    if _is_complete(target, note, remote):
        return
    answer = client.get_object(
        Bucket=bucket, Key=remote.key, IfMatch=remote.etag, ChecksumMode="ENABLED"
    )
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    checksum = Checksum.from_response(answer, remote.etag)
    try:
        size = _write_stream(answer["Body"], part, checksum.update)
        if size != remote.size or not checksum.matches():
            raise InputRefused(
                f"s3://{bucket}/{remote.key}: {size} of {remote.size} bytes came, or not those"
                " that were stored; start again, or upload it again"
            )
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(remote.etag)


def _write_stream(body: Any, part: Path, update: Callable[[bytes], None]) -> int:
    size = 0
    with part.open("wb") as file:
        for chunk in body.iter_chunks(CHUNK):
            update(chunk)
            size += file.write(chunk)
    return size


def _is_complete(target: Path, note: Path, remote: RemoteFile) -> bool:
    """Whether an earlier start fetched this version of the object completely."""
    return (
        target.exists()
        and target.stat().st_size == remote.size
        and note.exists()
        and note.read_text() == remote.etag
    )
