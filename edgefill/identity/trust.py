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

    `keys` are JWKs (RFC 7517). One that cannot verify tokens is skipped, as section 5 asks, and
    `skipped` names it with the reason. `leeway` is in seconds. ValueError when no key can be used
    although some are given, and when two have the same `kid`.
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
        self.skipped: list[str] = []
        self._add_keys(keys)
        if hs256_secret is not None:
            self._keys[None] = SecretKey(secret=_check_secret(hs256_secret))
        if self.skipped and not self._keys:
            raise ValueError(f"no key can verify a token: {'; '.join(self.skipped)}")

    def _add_keys(self, jwks: Iterable[Mapping[str, Any]]) -> None:
        unnamed: dict[str, VerifyingKey] = {}
        for place, jwk in enumerate(jwks):
            kid = jwk.get("kid") if isinstance(jwk, dict) else None
            name = f"keys[{place}] (kid {str(kid)[:64]!r})"
            try:
                key = _parse_signing_key(jwk)
            except ValueError as error:
                self.skipped.append(f"{name}: {error}")
                continue
            if not isinstance(kid, str):
                unnamed[name] = key
            elif kid in self._keys:
                raise ValueError(f"{name}: another key has the same kid")
            else:
                self._keys[kid] = key
        if len(usable := [*self._keys.values(), *unnamed.values()]) == 1:
            self._keys[None] = usable[0]
        else:
            self.skipped += [f"{name}: no kid, and not the only key" for name in unnamed]

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


def _parse_signing_key(jwk: Mapping[str, Any]) -> VerifyingKey:
    """The RSA key in a JWK that may verify RS256; ValueError says why it may not."""
    if not isinstance(jwk, dict):
        raise ValueError("not an object")  # noqa: TRY004 a member of the document, not an argument
    for member, needed in (("kty", "RSA"), ("use", "sig"), ("alg", "RS256")):
        if jwk.get(member, needed if member != "kty" else None) != needed:
            raise ValueError(f"{member} {str(jwk.get(member))[:64]!r} is not {needed!r}")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise ValueError("key_ops does not contain 'verify'")
    return parse_rsa_jwk(jwk)


def _check_secret(secret: bytes) -> bytes:
    if len(secret) < 32:  # RFC 7518, section 3.2
        raise ValueError(f"HS256 secret of {len(secret)} bytes; use at least 32")
    return secret
