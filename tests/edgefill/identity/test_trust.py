"""The trusted issuer and its keys."""

import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from edgefill.identity.base64url import encode
from edgefill.identity.trust import MAX_HEADERS, SecretKey, Trust

SECRET = b"a secret that is long enough for HS256"


def jwk(kid: object = "one", **changes: object) -> dict[str, Any]:
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    n = encode(numbers.n.to_bytes(256, "big"))
    return {"kty": "RSA", "kid": kid, "n": n, "e": "AQAB", **changes}


def trust(*keys: dict[str, Any], secret: bytes | None = None) -> Trust:
    return Trust(issuer="shop", audience="edgefill", keys=keys, hs256_secret=secret)


def test_a_key_is_found_by_its_id() -> None:
    """Several keys may be published while the issuer rotates them."""
    both = trust(jwk("one"), jwk("two"))
    one, two = both.find_key("one"), both.find_key("two")
    assert one is not None
    assert two is not None
    assert one != two
    assert both.find_key("three") is None


def test_a_single_key_needs_no_id_and_several_do() -> None:
    """A token without `kid` is verified by a single key, and by none of several."""
    alone = trust(jwk("one"))
    assert alone.find_key(None) == alone.find_key("one")
    assert trust(jwk("one"), jwk("two")).find_key(None) is None
    assert trust().find_key(None) is None


def test_the_secret_is_the_key_without_id() -> None:
    """A secret has no id; with a secret, RSA keys are found only by their id."""
    trusted = trust(jwk("one"), secret=SECRET)
    secret = trusted.find_key(None)
    assert secret is not None
    assert secret.alg == "HS256"
    assert trusted.find_key("one") is not None


@pytest.mark.parametrize(
    "changes",
    [{"kty": "EC"}, {"kty": "oct"}, {"use": "enc"}, {"alg": "PS256"}, {"key_ops": ["encrypt"]}],
)
def test_keys_for_other_purposes_are_ignored(changes: dict[str, object]) -> None:
    """RFC 7517, section 5: a set may hold keys for other uses."""
    assert trust(jwk("other", **changes)).find_key("other") is None


@pytest.mark.parametrize(
    "changes", [{"use": "sig"}, {"alg": "RS256"}, {"key_ops": ["verify"]}, {"x5c": ["..."]}]
)
def test_keys_with_the_optional_members_are_used(changes: dict[str, object]) -> None:
    """`use`, `alg` and `key_ops` may be present."""
    assert trust(jwk("one", **changes)).find_key("one") is not None


@pytest.mark.parametrize("kids", [(None,), (7,), ("one", "one")])
def test_every_key_needs_its_own_id(kids: tuple[object, ...]) -> None:
    """An ambiguous set is refused when it is read, not when a token arrives."""
    with pytest.raises(ValueError, match="its own kid"):
        trust(*(jwk(kid) for kid in kids))


def test_a_short_secret_is_refused() -> None:
    """RFC 7518, section 3.2: as long as the hash."""
    with pytest.raises(ValueError, match="at least 32"):
        trust(secret=b"short")


def test_the_secret_verifies_by_hmac() -> None:
    """The oracle is `hmac`."""
    key = SecretKey(secret=SECRET)
    assert key.verify(b"message", hmac.digest(SECRET, b"message", "sha256"))
    assert not key.verify(b"message", hmac.digest(SECRET, b"massage", "sha256"))
    assert not key.verify(b"message", b"")


def test_headers_that_verified_are_remembered_up_to_a_bound() -> None:
    """The header selects only the key; an issuer uses few headers."""
    trusted, key = trust(), SecretKey(secret=SECRET)
    for number in range(MAX_HEADERS + 5):
        trusted.remember_header(f"header {number}", key)
    assert trusted.recall_key("header 0") is key
    assert trusted.recall_key(f"header {MAX_HEADERS}") is None
