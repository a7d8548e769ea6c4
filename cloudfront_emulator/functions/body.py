"""The part of a request's body that a function sees, and replaced bodies.

Source: Developer Guide, lambda-at-edge-function-restrictions, "Restrictions on the request body
with the include body option".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from cloudfront_emulator.errors import ResultRefused
from cloudfront_emulator.message import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedBody:
    """A body and the part of it that a function sees; `body` still has every byte."""

    visible: bytes
    truncated: bool
    body: Upload

    def to_event(self) -> dict[str, Any]:
        """The event's `body`."""
        return {
            "action": "read-only",
            "data": base64.b64encode(self.visible).decode(),
            "encoding": "base64",
            "inputTruncated": self.truncated,
        }


async def read_exposed_body(body: Upload, limit: int) -> ExposedBody:
    """Read a body so that a function sees up to `limit` bytes of it."""
    if isinstance(body, bytes):
        return ExposedBody(visible=body[:limit], truncated=len(body) > limit, body=body)
    data = bytearray()
    async for chunk in body:
        data += chunk
        if len(data) > limit:
            start = bytes(data)
            return ExposedBody(visible=start[:limit], truncated=True, body=_chain(start, body))
    return ExposedBody(visible=bytes(data), truncated=False, body=bytes(data))


async def _chain(start: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield start
    async for chunk in rest:
        yield chunk


def read_replaced_body(value: object, *, limit: int, body_included: bool) -> bytes | None:
    """The bytes that a function replaces the body by; None if it keeps the body."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ResultRefused(f"body is {type(value).__name__}, not an object")
    action = value.get("action", "read-only")
    if action == "read-only":
        return None
    if action != "replace":
        raise ResultRefused(f"body action {action!r} is neither read-only nor replace")
    if not body_included:
        raise ResultRefused("the function replaces the body, but its association lacks IncludeBody")
    data = decode_body(value.get("data", ""), value.get("encoding", "base64"))
    if len(data) > limit:
        raise ResultRefused(f"the replaced body has {len(data)} bytes; CloudFront accepts {limit}")
    return data


def decode_body(data: object, encoding: object) -> bytes:
    """A body's bytes; ResultRefused for encodings other than text and base64."""
    if not isinstance(data, str):
        raise ResultRefused(f"body is {type(data).__name__}, not a string")
    if encoding == "text":
        try:
            return data.encode()
        except UnicodeEncodeError as error:
            raise ResultRefused("body has an unpaired surrogate, which is not text") from error
    if encoding != "base64":
        raise ResultRefused(f"body encoding {encoding!r} is neither text nor base64")
    try:
        return base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error) as error:
        raise ResultRefused("body is not base64") from error
