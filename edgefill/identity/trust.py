"""The trusted issuer of profile tokens, and the keys that verify them."""

from __future__ import annotations

from edgefill.core.value import value
from edgefill.identity.rsa import parse_rsa_jwk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Protocol

    class VerifyingKey(Protocol):
        """A key that fixes the one algorithm it may be used with (RFC 8725, section 3.1)."""

        @property
        def alg(self) -> str: ...
        def verify(self, message: bytes, signature: bytes) -> bool: ...


MAX_HEADERS = 64  # remembered headers; an issuer uses one or two per key


@value
class SecretKey:
    """A secret shared with the issuer: HS256, for use on one machine."""

    secret: bytes
    alg: str = "HS256"

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is the message's HMAC, compared in constant time."""
        from hmac import compare_digest, digest  # noqa: PLC0415 5 ms, never needed at the edge

        return compare_digest(digest(self.secret, message, "sha256"), signature)


class Trust:
    """An issuer's keys, parsed once, and the required claims of its tokens.

    `keys` are JWKs (RFC 7517): all except RSA signing keys are ignored, as section 5 requires.
    `leeway` is in seconds. ValueError names a key that cannot be used.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        keys: Iterable[Mapping[str, Any]] = (),
        hs256_secret: bytes | None = None,
        leeway: float = 30,
    ) -> None:
        self.issuer = issuer
        self.audience = audience
        self.leeway = leeway
        self._keys: dict[str | None, VerifyingKey] = {}
        self._headers: dict[str, VerifyingKey] = {}
        for jwk in filter(_is_signing_key, keys):
            self._add(jwk.get("kid"), parse_rsa_jwk(jwk))
        if len(self._keys) == 1:
            self._keys[None] = next(iter(self._keys.values()))
        if hs256_secret is not None:
            self._keys[None] = SecretKey(secret=_check_secret(hs256_secret))

    def _add(self, kid: object, key: VerifyingKey) -> None:
        if not isinstance(kid, str) or kid in self._keys:
            raise ValueError(f"JWK {kid!r}: every key needs its own kid")
        self._keys[kid] = key

    def find_key(self, kid: str | None) -> VerifyingKey | None:
        """The key of that id; without an id, the secret, else the only key."""
        return self._keys.get(kid)

    def recall_key(self, header: str) -> VerifyingKey | None:
        """The key that verified an earlier token with this header, which is still encoded."""
        return self._headers.get(header)

    def remember_header(self, header: str, key: VerifyingKey) -> None:
        """Remember that `key` verified a token with this header, so it need not be parsed again."""
        if len(self._headers) < MAX_HEADERS:
            self._headers[header] = key


def _is_signing_key(jwk: Mapping[str, Any]) -> bool:
    return (
        jwk.get("kty") == "RSA"
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", "RS256") == "RS256"
        and "verify" in jwk.get("key_ops", ["verify"])
    )


def _check_secret(secret: bytes) -> bytes:
    if len(secret) < 32:  # RFC 7518, section 3.2
        raise ValueError(f"HS256 secret of {len(secret)} bytes; use at least 32")
    return secret
