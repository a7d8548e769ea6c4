"""Uploads a folder of weights as a new version, its config.json last.

A folder without config.json is no model (edgefill/operations/preflight/weights.py), so an upload
that stopped halfway is never taken for one, and can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from edgefill.operations.rollout.aws_errors import refuse_failures

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LAST = "config.json"


def list_files(folder: Path) -> list[Path]:
    """The files of a folder in the order of their upload; hidden ones are left out."""
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return sorted(files, key=lambda path: path == folder / LAST)


def upload_folder(client: S3Client, folder: Path, *, bucket: str, prefix: str) -> Iterator[str]:
    """Upload every file to `prefix`, which ends with a slash; the name of each when it is there."""
    for path in list_files(folder):
        name = path.relative_to(folder).as_posix()
        with refuse_failures("S3"):
            client.upload_file(str(path), bucket, prefix + name)
        yield name
