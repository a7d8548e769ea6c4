"""Trust: whose profile tokens are believed, and by which key each is checked."""

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


MAX_HEADERS = 64  # an issuer uses one or two for each key


@value
class SecretKey:
    """A secret shared with the issuer: HS256, for one machine's own use."""

    secret: bytes
    alg: str = "HS256"

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is the message's HMAC, compared in constant time."""
        from hmac import compare_digest, digest  # noqa: PLC0415 5 ms that the edge never pays

        return compare_digest(digest(self.secret, message, "sha256"), signature)


class Trust:
    """An issuer's keys, parsed once, and what its tokens must say.

    `keys` are JWKs (RFC 7517): other types, uses and algorithms than RSA signing are passed over,
    as section 5 asks. `leeway` is in seconds. ValueError names a key that cannot be used.
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
        for jwk in filter(_signs, keys):
            self._add(jwk.get("kid"), parse_rsa_jwk(jwk))
        if len(self._keys) == 1:
            self._keys[None] = next(iter(self._keys.values()))
        if hs256_secret is not None:
            self._keys[None] = SecretKey(secret=_long_enough(hs256_secret))

    def _add(self, kid: object, key: VerifyingKey) -> None:
        if not isinstance(kid, str) or kid in self._keys:
            raise ValueError(f"JWK {kid!r}: every key needs a kid of its own")
        self._keys[kid] = key

    def find_key(self, kid: str | None) -> VerifyingKey | None:
        """The key of that id; without an id, the secret, else the only key there is."""
        return self._keys.get(kid)

    def recall_key(self, header: str) -> VerifyingKey | None:
        """The key by which a token with this very header, still encoded, was verified before."""
        return self._headers.get(header)

    def remember_header(self, header: str, key: VerifyingKey) -> None:
        """Spare the next token with this header its parsing; only for one that `key` verified."""
        if len(self._headers) < MAX_HEADERS:
            self._headers[header] = key


def _signs(jwk: Mapping[str, Any]) -> bool:
    return (
        jwk.get("kty") == "RSA"
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", "RS256") == "RS256"
        and "verify" in jwk.get("key_ops", ["verify"])
    )


def _long_enough(secret: bytes) -> bytes:
    if len(secret) < 32:  # RFC 7518, section 3.2
        raise ValueError(f"HS256 secret of {len(secret)} bytes; use at least 32")
    return secret
