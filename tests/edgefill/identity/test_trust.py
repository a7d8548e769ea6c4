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


UNUSABLE: list[tuple[dict[str, object], str]] = [
    ({"kty": "EC"}, "kty 'EC' is not 'RSA'"),
    ({"kty": "oct"}, "kty 'oct' is not 'RSA'"),
    ({"kty": None}, "kty 'None' is not 'RSA'"),
    ({"use": "enc"}, "use 'enc' is not 'sig'"),
    ({"alg": "PS256"}, "alg 'PS256' is not 'RS256'"),
    ({"alg": 7}, "alg '7' is not 'RS256'"),
    ({"key_ops": ["encrypt"]}, "key_ops does not contain 'verify'"),
    ({"key_ops": None}, "key_ops does not contain 'verify'"),
    ({"n": encode(bytes([0xFF] * 128))}, "RSA key of 1024 bits"),
    ({"n": encode(bytes([0xFF] * 640))}, "RSA key of 5120 bits"),
    ({"n": "!"}, "not canonical base64url"),
    ({"n": 7}, ""),
    ({"e": "Ag"}, "RSA exponent must be odd"),
    ({"e": None}, ""),
]


@pytest.mark.parametrize(("changes", "reason"), UNUSABLE)
def test_a_key_that_verifies_nothing_is_skipped_by_name(
    changes: dict[str, object], reason: str
) -> None:
    """RFC 7517, section 5: a set may hold keys for other uses. The good ones are used."""
    trusted = trust(jwk("one"), jwk("other", **changes), jwk("two"))
    assert trusted.find_key("other") is None
    assert None not in (trusted.find_key("one"), trusted.find_key("two"))
    (skipped,) = trusted.skipped
    assert skipped.startswith(f"keys[1] (kid 'other'): {reason}")


@pytest.mark.parametrize(("changes", "reason"), UNUSABLE)
def test_a_set_of_which_no_key_verifies_is_refused_by_name(
    changes: dict[str, object], reason: str
) -> None:
    """It would believe nobody, in silence."""
    with pytest.raises(ValueError, match="no key can verify a token") as refusal:
        trust(jwk("old", **changes), jwk("odd", kty="OKP"))
    assert f"keys[0] (kid 'old'): {reason}" in str(refusal.value)
    assert "keys[1] (kid 'odd'): kty 'OKP' is not 'RSA'" in str(refusal.value)


@pytest.mark.parametrize("entry", [None, 7, "x", [], ["kty"]])
def test_an_entry_that_is_no_key_is_skipped(entry: Any) -> None:
    """It has no name but its place."""
    assert trust(entry, jwk("one")).skipped == ["keys[0] (kid 'None'): not an object"]


def test_a_secret_is_enough_beside_unusable_keys() -> None:
    """Tokens can be verified; the keys are named all the same."""
    assert trust(jwk("one", kty="EC"), secret=SECRET).skipped


@pytest.mark.parametrize(
    "changes", [{"use": "sig"}, {"alg": "RS256"}, {"key_ops": ["verify"]}, {"x5c": ["..."]}]
)
def test_keys_with_the_optional_members_are_used(changes: dict[str, object]) -> None:
    """`use`, `alg` and `key_ops` may be present."""
    assert trust(jwk("one", **changes)).find_key("one") is not None


def test_two_keys_of_one_id_are_refused() -> None:
    """An ambiguous set is refused when it is read, not when a token arrives."""
    with pytest.raises(ValueError, match=r"keys\[1\] \(kid 'one'\): another key has the same kid"):
        trust(jwk("one"), jwk("one"))


@pytest.mark.parametrize("kid", [None, 7, ["one"]])
def test_only_a_single_key_may_lack_an_id(kid: object) -> None:
    """RFC 7517, section 4.5: `kid` is optional; among several a token could not name it."""
    assert trust(jwk(kid)).find_key(None) is not None
    several = trust(jwk(kid), jwk("two"))
    assert several.find_key("two") is not None
    assert several.find_key(None) is None
    assert several.skipped == [f"keys[0] (kid {str(kid)!r}): no kid, and not the only key"]
    assert len(trust(jwk(kid), jwk("two", kty="EC")).skipped) == 1
    with pytest.raises(ValueError, match="no key can verify"):
        trust(jwk(kid), jwk(kid))


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
