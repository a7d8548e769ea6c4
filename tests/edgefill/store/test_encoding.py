"""Stored JSON is the same for the same data, and nothing else is read."""

from __future__ import annotations

import pytest

from edgefill.core.errors import ObjectCorrupt
from edgefill.store.encoding import decode, encode


def test_what_is_encoded_is_decoded() -> None:
    data = {"b": [1, 0.5, None, True], "a": "Grüße\x00\u2028"}
    assert decode(encode(data), "k") == data


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"{", b'"\\ud800"', b"[NaN]", b"[1e999]", b'{"a":1,"a":2}', b"[" * 10**5]
)
def test_anything_else_is_corrupt(body: bytes) -> None:
    """Also what is JSON but cannot be written again."""
    with pytest.raises(ObjectCorrupt, match=r"^k: invalid JSON"):
        decode(body, "k")
