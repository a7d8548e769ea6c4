"""RSA signatures by integers, compared with `cryptography`."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from edgefill.core.digest import sha256
from edgefill.identity.base64url import encode
from edgefill.identity.rsa import RsaKey, make_rsa_key, parse_rsa_jwk

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NUMBERS = PRIVATE.public_key().public_numbers()
KEY = make_rsa_key(NUMBERS.n, NUMBERS.e)


def sign(message: bytes, digest: hashes.HashAlgorithm | None = None) -> bytes:
    return PRIVATE.sign(message, padding.PKCS1v15(), digest or hashes.SHA256())


def raw(message: bytes) -> bytes:
    """The signature whose encoded message is `encoded`, well-formed or not."""
    private = PRIVATE.private_numbers()
    return pow(int.from_bytes(message, "big"), private.d, NUMBERS.n).to_bytes(256, "big")


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_it_accepts_what_cryptography_signs(message: bytes) -> None:
    """Both implement RSASSA-PKCS1-v1_5 with SHA-256."""
    assert KEY.verify(message, sign(message))
    assert not KEY.verify(message + b"x", sign(message))


@pytest.mark.parametrize(("size", "exponent"), [(2048, 3), (3072, 65537), (4096, 65537)])
def test_other_sizes_and_exponents_verify(size: int, exponent: int) -> None:
    """From 2048 to 4096 bits, with either usual exponent."""
    private = rsa.generate_private_key(public_exponent=exponent, key_size=size)
    key = make_rsa_key(private.public_key().public_numbers().n, exponent)
    signature = private.sign(b"message", padding.PKCS1v15(), hashes.SHA256())
    assert key.verify(b"message", signature)
    assert not key.verify(b"massage", signature)


@settings(max_examples=200)
@given(st.integers(0, 255), st.integers(1, 255))
def test_any_changed_byte_of_a_signature_is_refused(place: int, change: int) -> None:
    """A signature has one spelling."""
    signature = bytearray(sign(b"message"))
    signature[place] ^= change
    assert not KEY.verify(b"message", bytes(signature))


def test_a_signature_of_another_length_or_beyond_the_modulus_is_refused() -> None:
    """RFC 8017, sections 8.2.2 step 1 and 5.2.2 step 1: no leading zeros, no number + modulus."""
    signature = sign(b"message")
    beyond = int.from_bytes(signature, "big") + NUMBERS.n
    assert not KEY.verify(b"message", b"\x00" + signature)
    assert not KEY.verify(b"message", signature[:-1])
    assert not KEY.verify(b"message", b"")
    assert not KEY.verify(b"message", beyond.to_bytes(257, "big"))
    if beyond.bit_length() <= 2048:
        assert not KEY.verify(b"message", beyond.to_bytes(256, "big"))


def test_another_hash_is_refused() -> None:
    """SHA-512 in an otherwise valid signature is not RS256."""
    assert not KEY.verify(b"message", sign(b"message", hashes.SHA512()))


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(KEY.padding[:60] + b"\x00" + KEY.padding[-19:] + sha256(b"m"), id="short"),
        pytest.param(b"\x00\x02" + KEY.padding[2:] + sha256(b"m"), id="block type 2"),
        pytest.param(b"\x00\x01" + b"\xfe" + KEY.padding[3:] + sha256(b"m"), id="filler"),
        pytest.param(
            b"\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00" + KEY.padding[-19:] + sha256(b"m")
            + b"\xaa" * (256 - 11 - 19 - 32),
            id="garbage after the digest, as Bleichenbacher forged it for e=3",
        ),
    ],
)  # fmt: skip
def test_malformed_padding_is_refused_even_with_the_right_digest(message: bytes) -> None:
    """The whole encoded message is compared, not only the part that holds the digest."""
    assert not KEY.verify(b"m", raw(message.rjust(256, b"\x00")))


@pytest.mark.parametrize(
    ("modulus", "exponent", "reason"),
    [
        (2**1023 + 1, 65537, "1024 bits"),
        (2**4096 + 1, 65537, "4097 bits"),
        (2**2047, 65537, "odd"),
        (NUMBERS.n, 1, "exponent"),
        (NUMBERS.n, 2, "exponent"),
        (NUMBERS.n, 65536, "exponent"),
        (NUMBERS.n, 2**33 + 1, "exponent"),
    ],
    ids=["short", "long", "even", "1", "2", "even exponent", "large exponent"],
)
def test_weak_keys_are_refused(modulus: int, exponent: int, reason: str) -> None:
    """The refusal says what to use instead."""
    with pytest.raises(ValueError, match=reason):
        make_rsa_key(modulus, exponent)


def jwk(**changes: object) -> dict[str, object]:
    return {
        "kid": "one",
        "n": encode(NUMBERS.n.to_bytes(256, "big")),
        "e": encode(NUMBERS.e.to_bytes(3, "big")),
        **changes,
    }


def test_a_jwk_is_read() -> None:
    """RFC 7518, section 6.3.1."""
    key = parse_rsa_jwk(jwk())
    assert key == KEY
    assert isinstance(key, RsaKey)
    assert key.alg == "RS256"


def test_a_jwk_without_a_member_is_refused_by_name() -> None:
    """The refusal names the member, its caller the key."""
    broken = jwk()
    del broken["e"]
    with pytest.raises(ValueError, match="the member 'e' is missing"):
        parse_rsa_jwk(broken)


def test_a_jwk_with_noncanonical_base64url_is_refused() -> None:
    """A modulus has one spelling too."""
    with pytest.raises(ValueError, match="base64url"):
        parse_rsa_jwk(jwk(e="AQAB="))
