"""base64url without padding (RFC 7515, section 2): exactly one text for each byte string.

The functions import `binascii`: loading its library takes a twentieth of a cold start, and Lambda's
runtime has loaded it before the first token arrives.
"""

from __future__ import annotations

_STANDARD = bytes.maketrans(b"-_", b"+/")
_URL = bytes.maketrans(b"+/", b"-_")


def encode(data: bytes) -> str:
    """`data` in the URL alphabet, without padding."""
    from binascii import b2a_base64  # noqa: PLC0415 see above

    return b2a_base64(data, newline=False).rstrip(b"=").translate(_URL).decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of a result of `encode`.

    ValueError on padding, white space, other characters and unused trailing bits that are not zero.
    `a2b_base64` accepts all of these, so a signed text could be changed without changing its bytes;
    the text is therefore compared with the encoded result.
    """
    from binascii import a2b_base64  # noqa: PLC0415 see above

    data = a2b_base64(text.encode("ascii").translate(_STANDARD) + b"==")
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data
