"""Malformed tokens are refused before any part is used, and never repeated."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        "\ud800.a.b",
        "a.\udfff.b",
        "a.b.\ud83d",
        "\ud83d\ude00.a.b",
        "ä.a.b",
        "\u212a.a.b",
        SIGNED + "\u0660",
        compact('{"alg": "RS256", "kid": "one", "kid": "one"}', PAYLOAD),
        compact({"alg": "RS256", "kid": "one"}, '{"sub": "\\ud800"}'),
        compact({"alg": "RS256", "kid": "one"}, '{"exp": ' + "9" * 5000 + "}"),
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


@given(st.text(st.characters(categories=["Cs", "Lu", "Po", "Nd"]), max_size=30))
def test_any_text_is_refused_and_nothing_else_is_raised(text: str) -> None:
    """Unpaired surrogates too, which cannot be encoded."""
    assert refusal(text) == "malformed"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
MEMBERS = st.sampled_from(["iss", "aud", "sub", "exp", "nbf", "iat", "edgefill"])


@given(st.dictionaries(MEMBERS, VALUES))
def test_any_signed_payload_is_read_or_refused(changes: dict[str, object]) -> None:
    """Whatever types an issuer puts into its claims."""
    with suppress(TokenRefused):
        verify_token(
            compact({"alg": "RS256", "kid": "one"}, PAYLOAD | changes), trust=TRUST, now=NOW
        )


@given(VALUES, st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit"]), VALUES))
def test_any_header_is_read_or_refused(whole: object, changes: dict[str, object]) -> None:
    """Before any signature is checked."""
    for header in (whole, {"alg": "RS256", "kid": "one"} | changes):
        with suppress(TokenRefused):
            verify_token(compact(header, PAYLOAD), trust=TRUST, now=NOW)


def test_a_header_that_is_not_utf8_is_malformed() -> None:
    """Before it is parsed."""
    assert refusal(f"{encode(bytes([0xFF, 0xFE]))}.e30.AAAA") == "malformed"


def test_a_refusal_repeats_nothing_of_the_token() -> None:
    """Its text may be logged."""
    with pytest.raises(TokenRefused) as refusal_info:
        verify_token(token(iss="Ada Lovelace"), trust=TRUST, now=NOW)
    assert str(refusal_info.value) == "profile token refused: wrong issuer"
    assert "Ada" not in repr(refusal_info.value)
