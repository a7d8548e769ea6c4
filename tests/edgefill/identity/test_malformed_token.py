"""Malformed tokens are refused before any part is used, and never repeated."""

import pytest

from edgefill.core.errors import TokenRefused
from edgefill.identity.base64url import encode
from edgefill.identity.token import MAX_TOKEN_CHARS, verify_token
from tests.edgefill.identity.signing import (
    NOW,
    PAYLOAD,
    SIGNED,
    TRUST,
    compact,
    refusal,
    token,
)


def test_a_megabyte_is_refused_before_it_is_read() -> None:
    """Even of text that would be malformed."""
    assert refusal("A" * 1_000_000) == "oversize"
    assert refusal(token(padding="x" * MAX_TOKEN_CHARS)) == "oversize"


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b",
        SIGNED + "\n",
        " " + SIGNED,
        compact('{"alg": "RS256", "kid": "one", "kid": "one"}', PAYLOAD),
        compact("[]", PAYLOAD),
        compact("7", PAYLOAD),
        compact("{", PAYLOAD),
        compact({"alg": "RS256", "kid": "one"}, '{"sub": "u1", "sub": "u2"}'),
        compact({"alg": "RS256", "kid": "one"}, "[]"),
        compact({"alg": "RS256", "kid": "one"}, '"text"'),
        compact({"alg": "RS256", "kid": "one"}, "[" * 3000),
        compact({"alg": "RS256", "kid": "one"}, '{"exp": NaN}'),
    ],
)
def test_malformed_tokens_are_refused(token: str) -> None:
    """Doubled members, nesting, and anything that is not three parts of base64url JSON."""
    assert refusal(token) == "malformed"


def test_a_header_that_is_not_utf8_is_malformed() -> None:
    """Before it is parsed."""
    assert refusal(f"{encode(bytes([0xFF, 0xFE]))}.e30.AAAA") == "malformed"


def test_a_refusal_repeats_nothing_of_the_token() -> None:
    """Its text may be logged."""
    with pytest.raises(TokenRefused) as refusal_info:
        verify_token(token(iss="Ada Lovelace"), trust=TRUST, now=NOW)
    assert str(refusal_info.value) == "profile token refused: wrong issuer"
    assert "Ada" not in repr(refusal_info.value)
