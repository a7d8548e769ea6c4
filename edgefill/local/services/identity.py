"""A development identity provider: its keys, its JWKS, and the profile tokens that it mints.

Use it on this machine only. In production the product's own identity provider signs the tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from edgefill.core.errors import InputRefused
from edgefill.local.stack.run_file import create_state_folder

ISSUER = "https://login.shop.example"
AUDIENCE = "edgefill"
SigningAlgorithm = Literal["RS256", "HS256"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DevVisitor:
    """A visitor as a profile token describes them."""

    subject: str
    locale: str | None = None
    case: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict, repr=False)
    tenant: str | None = None
    audience: str | None = None

    def to_claims(self) -> dict[str, Any]:
        """The value of the token's `edgefill` claim."""
        optional = {"locale": self.locale, "tenant": self.tenant, "audience": self.audience}
        claims = {name: value for name, value in optional.items() if value}
        return {**claims, "case": dict(self.case), "slots": dict(self.slots)}


_PROFILE = {"sub": str, "locale": str, "tenant": str, "audience": str, "case": dict, "slots": dict}


def read_profile(file: Path) -> DevVisitor:
    """The profile in a JSON file with the members of _PROFILE; InputRefused."""
    data = read_json_object(file, "a visitor profile")
    if data.keys() - _PROFILE.keys():
        raise InputRefused(
            f"{file}: unknown members; a profile has only {', '.join(sorted(_PROFILE))}"
        )
    for name, kind in _PROFILE.items():
        if name in data and not isinstance(data[name], kind):
            remedy = "a string" if kind is str else "an object"
            raise InputRefused(f"{file}: {name} is {type(data[name]).__name__}; write {remedy}")
    if not all(isinstance(value, str) for value in data.get("case", {}).values()):
        raise InputRefused(f"{file}: case: write the value of every dimension as a string")
    return DevVisitor(
        subject=str(data.get("sub") or file.stem),
        locale=data.get("locale"),
        tenant=data.get("tenant"),
        audience=data.get("audience"),
        case=data.get("case", {}),
        slots=data.get("slots", {}),
    )


def read_json_object(file: Path, what: str) -> dict[str, Any]:
    """The JSON object in `file`; InputRefused.

    `what` names the expected content in the message. Text that cannot be encoded as UTF-8 is
    refused too.
    """
    remedy = f"write {what} as a JSON object"
    try:
        data = json.loads(file.read_text())
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise InputRefused(
            f"{file}: contains text that is not valid Unicode; {remedy}, in UTF-8"
        ) from error
    except RecursionError as error:
        raise InputRefused(f"{file}: nested too deeply; {remedy}") from error
    except (OSError, ValueError) as error:
        raise InputRefused(f"{file}: {error}; {remedy}") from error
    if not isinstance(data, dict):
        raise InputRefused(f"{file}: contains {type(data).__name__}; {remedy}")
    return data


class DevIdentityProvider:
    """Signs profile tokens with an RSA key and a secret, which are files in one folder.

    Files that do not exist are created.
    """

    def __init__(self, folder: Path) -> None:
        create_state_folder(folder)
        pem = _load_or_create(folder / "dev-key.pem", _generate_pem)
        key = serialization.load_pem_private_key(pem, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        self._key = key
        self.secret = _load_or_create(
            folder / "dev-secret", lambda: secrets.token_hex(32).encode()
        ).decode()

    def build_jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517)."""
        numbers = self._key.public_key().public_numbers()
        key = {"e": _encode_number(numbers.e), "kty": "RSA", "n": _encode_number(numbers.n)}
        thumbprint = hashlib.sha256(json.dumps(key, separators=(",", ":")).encode()).digest()
        return {
            "keys": [{**key, "use": "sig", "alg": "RS256", "kid": _encode_base64url(thumbprint)}]
        }

    def mint_token(
        self,
        profile: DevVisitor,
        *,
        now: float,
        ttl: float = 3600,
        alg: SigningAlgorithm = "RS256",
    ) -> str:
        """A signed profile token (RFC 7515, compact form), valid for `ttl` seconds from `now`."""
        kid = {"kid": self.build_jwks()["keys"][0]["kid"]} if alg == "RS256" else {}
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": profile.subject,
            "iat": int(now),
            "exp": int(now + ttl),
            "edgefill": profile.to_claims(),
        }
        signing_input = f"{_encode_part({'alg': alg, 'typ': 'JWT', **kid})}.{_encode_part(payload)}"
        return (
            f"{signing_input}.{_encode_base64url(self._sign_message(signing_input.encode(), alg))}"
        )

    def _sign_message(self, message: bytes, alg: SigningAlgorithm) -> bytes:
        if alg == "HS256":
            return hmac.digest(self.secret.encode(), message, "sha256")
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def load_question_key(folder: Path) -> str:
    """The secret in the paths of answers to free questions, created if there is none."""
    create_state_folder(folder)
    return _load_or_create(folder / "question-key", lambda: secrets.token_hex(32).encode()).decode()


def _load_or_create(file: Path, make: Any) -> bytes:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(make())
    return file.read_bytes()


def _generate_pem() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _encode_part(data: Mapping[str, Any]) -> str:
    return _encode_base64url(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode())


def _encode_number(value: int) -> str:
    return _encode_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _encode_base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
