"""base64url without padding."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.identity.base64url import decode, encode


@given(st.binary(max_size=200))
def test_it_reads_what_it_writes_as_the_standard_library_does(data: bytes) -> None:
    """The oracle is `base64.urlsafe_b64encode` without its padding."""
    assert encode(data) == base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    assert decode(encode(data)) == data


@given(st.text(alphabet="AZaz09-_+/= \n\tÄ", max_size=12))
def test_every_text_it_decodes_is_the_one_it_encodes(text: str) -> None:
    """No two texts decode to the same bytes."""
    try:
        data = decode(text)
    except ValueError:
        return
    assert encode(data) == text


@pytest.mark.parametrize(
    "text", ["QQ==", "QR", "Q", " QQ", "QQ\n", "Q Q", "QUI+", "QUI/", "Q=Q", "Ä", "QQ.", "QQ=", "="]
)
def test_loose_spellings_are_refused(text: str) -> None:
    """Padding, white space, other characters, unused trailing bits and half bytes."""
    with pytest.raises(ValueError):  # noqa: PT011 any ValueError is the contract
        decode(text)
