"""Check an object's bytes against the checksum that S3 stores, while they are streamed."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any

MD5 = re.compile(r"[0-9a-f]{32}")


class Checksum:
    """A SHA-256, SHA-1, CRC-32 or MD5; or nothing, which matches, when S3 stores none of these.

    An upload in parts has a SHA or MD5 of its parts' digests, marked by `-N`: that cannot be
    computed from the bytes, so only the length is checked.
    docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
    """

    def __init__(self, expected: str, update: Callable[[bytes], None], digest: Callable[[], str]):
        self._expected = expected
        self.update = update
        self._digest = digest

    def matches(self) -> bool:
        """Whether the bytes so far have the stored checksum."""
        return self._digest() == self._expected

    @classmethod
    def from_response(cls, answer: Mapping[str, Any], etag: str) -> Checksum:
        """The strongest checksum in GetObject's answer, else the one in `etag`."""
        for name, make in (("ChecksumSHA256", hashlib.sha256), ("ChecksumSHA1", _make_sha1)):
            if (expected := answer.get(name)) and "-" not in expected:
                running = make()
                return cls(expected, running.update, lambda r=running: _encode_base64(r.digest()))  # type: ignore[misc]
        if (expected := answer.get("ChecksumCRC32")) and "-" not in expected:
            crc = _Crc32()
            return cls(expected, crc.update, crc.digest)
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
        return _encode_base64(self._value.to_bytes(4, "big"))


def _make_sha1() -> Any:
    return hashlib.sha1(usedforsecurity=False)


def _encode_base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
