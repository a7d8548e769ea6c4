"""Limits of CloudFront and S3, which are checked before anything is written.

AWS answers a violation with a 502 or drops a tag, which shows only in production. Where two AWS
pages differ, the lower figure applies.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectRefused

# CloudFront compresses objects of 1,000 to 10,000,000 bytes
# (AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html).
MAX_OBJECT = 10_000_000
# A response that an origin-request function generates, headers and body
# (AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html), less 16 KiB for the headers.
MAX_ANSWER = 1_048_576 - 16_384
# Visible ASCII but for commas, at most 50 tags of 256 characters
# (AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-tags.html).
MAX_TAGS = 50
MAX_TAG = 256
# S3's user-defined metadata, names and values together
# (AmazonS3/latest/userguide/UsingMetadata.html).
MAX_METADATA = 2_048
TAG_FIELD = "cache-tag"


def check_object(key: str, body: bytes, tags: tuple[str, ...]) -> None:
    """Raise ObjectRefused if the object cannot be stored, compressed or invalidated."""
    if len(body) > MAX_OBJECT:
        raise ObjectRefused(
            f"{key}: {len(body):,} bytes; the CDN compresses at most {MAX_OBJECT:,}; "
            "write the experience for fewer cases or split it"
        )
    if len(tags) > MAX_TAGS:
        raise ObjectRefused(
            f"{key}: {len(tags)} cache tags; CloudFront keeps {MAX_TAGS}; use fewer"
        )
    for tag in tags:
        _check_tag(key, tag)
    if len(TAG_FIELD) + len(",".join(tags)) > MAX_METADATA:
        raise ObjectRefused(f"{key}: its cache tags exceed {MAX_METADATA:,} bytes; use fewer")


def check_answer_size(name: str, max_bytes: int) -> None:
    """Raise ObjectRefused if a filled template can exceed the edge's response limit."""
    if max_bytes > MAX_ANSWER:
        raise ObjectRefused(
            f"{name}: up to {max_bytes:,} bytes when filled; the edge may answer {MAX_ANSWER:,}; "
            "lower the slots' maximum lengths or the lists' bounds"
        )


def _check_tag(key: str, tag: str) -> None:
    visible = all(33 <= ord(character) <= 126 and character != "," for character in tag)
    if not visible or not 0 < len(tag) <= MAX_TAG:
        raise ObjectRefused(
            f"{key}: cache tag {tag[:40]!r} is not 1 to {MAX_TAG} visible ASCII characters "
            "without commas; rename the experience or locale"
        )
