"""Sign tokens as an issuer does, by `cryptography`, and read why a verifier refuses them."""

import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from edgefill.core.errors import TokenRefused
from edgefill.identity.base64url import encode
from edgefill.identity.token import verify_token
from edgefill.identity.trust import Trust

NOW = 1_795_000_000
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = PRIVATE.public_key()
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECRET = b"a secret that is long enough for HS256"
MODULUS = encode(PUBLIC.public_numbers().n.to_bytes(256, "big"))
JWK = {"kty": "RSA", "kid": "one", "n": MODULUS, "e": "AQAB"}
TRUST = Trust(issuer="shop", audience="edgefill", keys=[JWK], leeway=30)
LOCAL = Trust(issuer="shop", audience="edgefill", hs256_secret=SECRET)
PAYLOAD = {"iss": "shop", "aud": "edgefill", "sub": "u1", "exp": NOW + 600}
ADA = {"locale": "de", "case": {"tier": "gold"}, "slots": {"name": "Ada", "items": [{"n": 1}]}}

Sign = Callable[[bytes], bytes]


def rs256(message: bytes, key: rsa.RSAPrivateKey = PRIVATE) -> bytes:
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def hs256(message: bytes, secret: bytes = SECRET) -> bytes:
    return hmac.digest(secret, message, "sha256")


def compact(header: object, payload: object, sign: Sign = rs256) -> str:
    """A JWS in compact form; a string stands for raw JSON."""
    parts = (part if isinstance(part, str) else json.dumps(part) for part in (header, payload))
    signing_input = ".".join(encode(part.encode()) for part in parts)
    return f"{signing_input}.{encode(sign(signing_input.encode()))}"


def token(**changes: Any) -> str:
    return compact({"alg": "RS256", "kid": "one"}, PAYLOAD | changes)


SIGNED = token(edgefill=ADA)


def refusal(token: str, trust: Trust = TRUST) -> str:
    with pytest.raises(TokenRefused) as refusal_info:
        verify_token(token, trust=trust, now=NOW)
    return refusal_info.value.reason
