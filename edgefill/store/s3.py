"""S3ObjectStore: the object store in an S3 bucket.

Conditional writes: AmazonS3/latest/userguide/conditional-writes.html. S3 answers a lost race with
412, with 409 while the other write is in progress, or with 404 when `If-Match` finds no object.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from edgefill.core.errors import NotStored, StoreConflict, StoreUnavailable
from edgefill.store.limits import TAG_FIELD, check_object
from edgefill.store.objects import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ABSENT = frozenset({"NoSuchKey", "404"})
CONFLICT = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


class S3ObjectStore:
    """Objects in one bucket; edgefill/store/aws.py makes the client."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str) -> StoredObject:
        """Return the object at `key`; NotStored."""
        with self._translate_errors(key):
            response = self._client.get_object(Bucket=self._bucket, Key=key)
            body = response["Body"].read()
        tags = response.get("Metadata", {}).get(TAG_FIELD, "")
        return StoredObject(
            body=body,
            etag=response["ETag"],
            cache_control=response.get("CacheControl", ""),
            tags=tuple(tags.split(",")) if tags else (),
        )

    def put(
        self,
        key: str,
        body: bytes,
        *,
        cache_control: str,
        tags: tuple[str, ...] = (),
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> str:
        """Write an object and return its etag; StoreConflict, ObjectRefused."""
        check_object(key, body, tags)
        condition: dict[str, Any] = {}
        if if_match is not None:
            condition["IfMatch"] = if_match
        if if_absent:
            condition["IfNoneMatch"] = "*"
        with self._translate_errors(key, conditional=bool(condition)):
            response = self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                CacheControl=cache_control,
                ContentType=_name_content_type(key),
                Metadata={TAG_FIELD: ",".join(tags)} if tags else {},
                **condition,
            )
        return response["ETag"]

    def list_keys(self, prefix: str) -> Iterator[str]:
        """List every key that starts with `prefix`, in ascending order of UTF-8 bytes."""
        pages = self._client.get_paginator("list_objects_v2")
        with self._translate_errors(prefix):
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (item["Key"] for item in page.get("Contents", ()))

    def delete(self, key: str) -> None:
        """Remove the object at `key`, if any."""
        with self._translate_errors(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    @contextmanager
    def _translate_errors(self, key: str, *, conditional: bool = False) -> Iterator[None]:
        """Turn botocore's errors into those of the store."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in CONFLICT or (conditional and code in ABSENT):
                raise StoreConflict(f"{key} has changed since it was read") from error
            if code in ABSENT:
                raise NotStored(f"{key} is not stored in {self._bucket}") from error
            raise StoreUnavailable(f"bucket {self._bucket}: {code} for {key}") from error
        except BotoCoreError as error:
            raise StoreUnavailable(f"bucket {self._bucket}: {error}") from error


def _name_content_type(key: str) -> str:
    """Packs and manifests are JSON; only the pages of reports are not."""
    return "text/html; charset=utf-8" if key.endswith(".html") else "application/json"
