"""Puts the weights where vLLM looks for them: a folder of a bucket of the emulator."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from edgefill.core.errors import InputRefused
from edgefill.store.aws import AwsClients


def upload_weights(model: Path, url: str, *, endpoint: str) -> int:
    """Create the bucket of `url` (s3://BUCKET/FOLDER) and copy the model's files to the folder.

    Returns the number of files; InputRefused when `url` is of another kind or there are none.
    """
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.path.strip("/"):
        raise InputRefused(f"--model {url}: not s3://BUCKET/FOLDER, so vLLM would not read S3")
    files = sorted(path for path in model.iterdir() if path.is_file())
    if not files:
        raise InputRefused(f"{model}: has no files to copy to {url}")
    with closing(AwsClients.for_emulator(endpoint).make_s3()) as s3:
        s3.create_bucket(Bucket=parts.netloc)
        for path in files:
            s3.upload_file(str(path), parts.netloc, f"{parts.path.strip('/')}/{path.name}")
    return len(files)
