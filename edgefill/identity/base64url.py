"""base64url without padding (RFC 7515, section 2): one text for one byte string.

`binascii` is imported by the functions: loading its library is a twentieth of a cold start, and
Lambda's runtime has loaded it long before the first token comes.
"""

from __future__ import annotations

_STANDARD = bytes.maketrans(b"-_", b"+/")
_URL = bytes.maketrans(b"+/", b"-_")


def encode(data: bytes) -> str:
    """`data` in the URL alphabet, without padding."""
    from binascii import b2a_base64  # noqa: PLC0415 see above

    return b2a_base64(data, newline=False).rstrip(b"=").translate(_URL).decode("ascii")


def decode(text: str) -> bytes:
    """What `encode` wrote; ValueError on padding, white space, foreign or loose trailing bits.

    The round trip is the check: `a2b_base64` forgives all of these, so a signed text could
    otherwise be changed without its bytes changing.
    """
    from binascii import a2b_base64  # noqa: PLC0415 see above

    data = a2b_base64(text.encode("ascii").translate(_STANDARD) + b"==")
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data
