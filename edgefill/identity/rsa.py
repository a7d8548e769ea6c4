"""Verify RSA signatures with Python's integers: RSASSA-PKCS1-v1_5 with SHA-256 (RS256)."""

from __future__ import annotations

from edgefill.core.digest import sha256
from edgefill.core.value import value
from edgefill.identity.base64url import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# DER of DigestInfo for SHA-256, up to the digest itself (RFC 8017, section 9.2, note 1)
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_BITS = range(2048, 4097)  # RFC 7518, section 3.3, requires 2048 or more


@value
class RsaKey:
    """A public key; `padding` is the encoded message up to the digest."""

    modulus: int
    exponent: int
    size: int  # the length of the modulus in bytes
    padding: bytes
    alg: str = "RS256"

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` signs `message` (RFC 8017, section 8.2.2).

        The whole encoded message is built and compared, so no padding is parsed.
        """
        number = int.from_bytes(signature, "big")
        if len(signature) != self.size or number >= self.modulus:
            return False
        encoded_message = pow(number, self.exponent, self.modulus).to_bytes(self.size, "big")
        return encoded_message == self.padding + sha256(message)


def make_rsa_key(modulus: int, exponent: int) -> RsaKey:
    """A public key; ValueError unless it has 2048 to 4096 bits and a small odd exponent above 2."""
    if modulus.bit_length() not in _BITS or modulus % 2 == 0:
        raise ValueError(f"RSA key of {modulus.bit_length()} bits; use an odd 2048 to 4096")
    if exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > 32:
        raise ValueError("RSA exponent must be odd, above 2 and below 2**32; use 65537")
    size = (modulus.bit_length() + 7) // 8
    filler = b"\xff" * (size - 3 - len(_DIGEST_INFO) - 32)
    padding = b"\x00\x01" + filler + b"\x00" + _DIGEST_INFO
    return RsaKey(modulus=modulus, exponent=exponent, size=size, padding=padding)


def parse_rsa_jwk(jwk: Mapping[str, object]) -> RsaKey:
    """The key in a JWK (RFC 7518, section 6.3.1); ValueError names what is wrong."""
    try:
        modulus, exponent = (int.from_bytes(decode(str(jwk[name])), "big") for name in ("n", "e"))
    except KeyError as missing_member:
        raise ValueError(f"the member {missing_member} is missing") from None
    return make_rsa_key(modulus, exponent)
