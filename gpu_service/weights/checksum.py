"""Checksums that S3 keeps of an object, computed while its bytes stream by."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any

MD5 = re.compile(r"[0-9a-f]{32}")


class Checksum:
    """One of SHA-256, SHA-1, CRC-32, MD5, or none where S3 keeps none of the whole object.

    An upload in parts has a SHA or MD5 of its parts' digests, marked by `-N`: those cannot be
    checked from the bytes, and the length alone is. `docs.aws.amazon.com/AmazonS3/latest/userguide/
    checking-object-integrity.html`
    """

    def __init__(self, expected: str, update: Callable[[bytes], None], digest: Callable[[], str]):
        self._expected = expected
        self.update = update
        self._digest = digest

    def agrees(self) -> bool:
        """Whether the bytes so far are those that were stored."""
        return self._digest() == self._expected

    @classmethod
    def of(cls, answer: Mapping[str, Any], etag: str) -> Checksum:
        """The strongest that GetObject's answer names."""
        for name, make in (("ChecksumSHA256", hashlib.sha256), ("ChecksumSHA1", _sha1)):
            if (told := answer.get(name)) and "-" not in told:
                running = make()
                return cls(told, running.update, lambda r=running: _base64(r.digest()))  # type: ignore[misc]
        if (told := answer.get("ChecksumCRC32")) and "-" not in told:
            crc = _Crc32()
            return cls(told, crc.update, crc.digest)
        if MD5.fullmatch(etag) and "SSEKMSKeyId" not in answer:
            md5 = hashlib.md5(usedforsecurity=False)
            return cls(etag, md5.update, md5.hexdigest)
        return cls("", lambda _chunk: None, lambda: "")


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, chunk: bytes) -> None:
        self._value = zlib.crc32(chunk, self._value)

    def digest(self) -> str:
        return _base64(self._value.to_bytes(4, "big"))


def _sha1() -> Any:
    return hashlib.sha1(usedforsecurity=False)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
