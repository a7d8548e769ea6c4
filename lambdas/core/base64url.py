"""base64url without padding (RFC 7515, section 2): one text for one byte string."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

_STANDARD = bytes.maketrans(b"-_", b"+/")
_URL = bytes.maketrans(b"+/", b"-_")


def encode(data: bytes) -> str:
    """`data` in the URL alphabet, without padding."""
    return b2a_base64(data, newline=False).rstrip(b"=").translate(_URL).decode("ascii")


def decode(text: str) -> bytes:
    """What `encode` wrote; ValueError on padding, white space, foreign or loose trailing bits.

    The round trip is the check: `a2b_base64` forgives all of these, so a signed text could
    otherwise be changed without its bytes changing.
    """
    data = a2b_base64(text.encode("ascii").translate(_STANDARD) + b"==")
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data
