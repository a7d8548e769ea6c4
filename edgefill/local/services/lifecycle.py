"""Expires objects as S3's lifecycle does, because moto stores the rules and applies none.

docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html, "Expiration"
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from edgefill.packs.layout import OVERLAY, OVERLAY_DAYS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put_overlay_lifecycle(s3: S3Client, bucket: str) -> None:
    """Set the deployed bucket's rule for the overlay (infra/store/template_store.py)."""
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "overlay",
                    "Filter": {"Prefix": OVERLAY},
                    "Status": "Enabled",
                    "Expiration": {"Days": OVERLAY_DAYS},
                }
            ]
        },
    )


def expire_objects(s3: S3Client, bucket: str, now: datetime) -> int:
    """Delete the objects that a rule of the bucket has expired at `now`; how many."""
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    expired = [
        key
        for rule in rules
        if rule["Status"] == "Enabled" and "Days" in rule.get("Expiration", {})
        for key in _list_older(
            s3,
            bucket,
            prefix=rule.get("Filter", {}).get("Prefix", ""),
            than=now - timedelta(days=rule["Expiration"]["Days"]),
        )
    ]
    for key in expired:
        s3.delete_object(Bucket=bucket, Key=key)
    return len(expired)


def _list_older(s3: S3Client, bucket: str, *, prefix: str, than: datetime) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [
        each["Key"]
        for page in pages
        for each in page.get("Contents", [])
        if each["LastModified"] < than
    ]
