"""Verify the profile token, a signed JWT about the visitor (RFC 7519, RFC 7515, RFC 8725).

    {"iss": ..., "aud": ..., "sub": ..., "exp": ..., "nbf": ..., "iat": ...,
     "edgefill": {"locale": "de", "case": {"tier": "gold"}, "slots": {"name": "Ada"},
                  "tenant": "tern-tide", "audience": "member"}}

No result is cached: the signature and the times of a token are checked in every request. Only the
header of a verified token is remembered, since an issuer repeats it in every token.
"""

from __future__ import annotations

from edgefill.core.errors import TokenRefused
from edgefill.core.strict_json import parse
from edgefill.core.value import value
from edgefill.identity.base64url import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from edgefill.identity.trust import Trust, VerifyingKey

MAX_TOKEN_CHARS = 8192  # checked before anything is parsed
_LATEST = 2**53  # seconds; the largest integer that JSON numbers hold exactly


@value
class Claims:
    """The claims of a verified token; values of slots and dimensions are raw JSON."""

    subject: str
    locale: str | None
    case: dict[str, Any]  # dimension -> value, which may be of any type
    slots: dict[str, Any]
    tenant: str | None = None  # selects the router of free questions
    audience: str | None = None


def verify_token(token: str, *, trust: Trust, now: float) -> Claims:
    """The claims of `token`; TokenRefused, whose reason holds no part of the token.

    `now` is in seconds since the epoch. The trust's key for the token's `kid` determines the
    algorithm, never the token (RFC 8725, sections 2.1 and 3.1).
    """
    signing_input, signature = _split_token(token)
    header, _, payload = signing_input.partition(".")
    _check_signature(header, signing_input.encode(), _decode_bytes(signature), trust)
    return _check_claims(_decode_object(payload), trust, now)


def rank_token(token: str, *, trust: Trust, now: float) -> tuple[bool, float, float]:
    """What `token` says of itself: whether its claims would be accepted, `iat` and `exp`.

    Nothing is verified: the result only orders tokens before their signatures are checked. A token
    without `iat` counts as issued at 0.
    """
    try:
        payload = _decode_object(_split_token(token)[0].partition(".")[2])
        _check_claims(payload, trust, now)
    except TokenRefused:
        return False, 0.0, 0.0
    return True, _read_seconds(payload, "iat", 0.0), _read_seconds(payload, "exp", 0.0)


def _split_token(token: str) -> tuple[str, str]:
    """What is signed, which is header and payload, and the signature, still encoded."""
    if len(token) > MAX_TOKEN_CHARS:
        raise TokenRefused("oversize")
    if not token.isascii():
        raise TokenRefused("malformed")
    signing_input, _, signature = token.rpartition(".")
    return signing_input, signature


def _check_signature(header: str, signing_input: bytes, signature: bytes, trust: Trust) -> None:
    key = trust.recall_key(header) or _select_key(_decode_object(header), trust)
    if not key.verify(signing_input, signature):
        raise TokenRefused("bad-signature")
    trust.remember_header(header, key)


def _select_key(header: dict[str, Any], trust: Trust) -> VerifyingKey:
    """The key that verifies a token with this header."""
    if "crit" in header:  # RFC 7515, section 4.1.11: no extension is supported
        raise TokenRefused("critical-header")
    if str(header.get("typ", "JWT")).upper() != "JWT":  # RFC 8725, section 3.11
        raise TokenRefused("wrong-type")
    kid = header.get("kid")
    key = trust.find_key(kid) if kid is None or isinstance(kid, str) else None
    if key is None:
        raise TokenRefused("unknown-key-id")
    if header.get("alg") != key.alg:
        raise TokenRefused("wrong-algorithm")
    return key


def _check_claims(payload: dict[str, Any], trust: Trust, now: float) -> Claims:
    _check_time(payload, now, trust.leeway)
    if payload.get("iss") != trust.issuer:
        raise TokenRefused("wrong-issuer")
    audience = payload.get("aud")
    if trust.audience not in (audience if isinstance(audience, list) else [audience]):
        raise TokenRefused("wrong-audience")
    subject = payload.get("sub")
    if not isinstance(subject, str) or not subject:
        raise TokenRefused("no-subject")
    return _read_claims(subject, _read_object(payload, "edgefill"))


def _check_time(payload: dict[str, Any], now: float, leeway: float) -> None:
    if "exp" not in payload:
        raise TokenRefused("no-expiry")
    if _read_seconds(payload, "exp", now) <= now - leeway:
        raise TokenRefused("expired")
    if _read_seconds(payload, "nbf", now) > now + leeway:
        raise TokenRefused("not-yet-valid")
    if _read_seconds(payload, "iat", now) > now + leeway:
        raise TokenRefused("issued-in-the-future")


def _read_seconds(payload: dict[str, Any], name: str, default: float) -> float:
    """A NumericDate (RFC 7519, section 2)."""
    seconds = payload.get(name, default)
    if type(seconds) not in (int, float) or not 0 <= seconds <= _LATEST:
        raise TokenRefused("malformed-time")
    return float(seconds)


def _read_claims(subject: str, member: dict[str, Any]) -> Claims:
    """The claims from the token's `edgefill` member.

    A locale that is not a string is ignored like one that is not a language tag; `tenant` and
    `audience` select what a visitor may be told, so nothing else replaces them.
    """
    locale, tenant, audience = (member.get(name) for name in ("locale", "tenant", "audience"))
    if not isinstance(tenant, str | None) or not isinstance(audience, str | None):
        raise TokenRefused("malformed-profile")
    return Claims(
        subject=subject,
        locale=locale if isinstance(locale, str) else None,
        case=_read_object(member, "case"),
        slots=_read_object(member, "slots"),
        tenant=tenant,
        audience=audience,
    )


def _read_object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that is an object; null, an empty list and no member count as an empty object.

    PHP and Lua write an empty object as `[]`.
    """
    member = fields.get(name)
    if member is None or member == []:
        return {}
    if not isinstance(member, dict):
        raise TokenRefused("malformed-profile")
    return member


def _decode_object(part: str) -> dict[str, Any]:
    try:
        document = parse(_decode_bytes(part).decode())
    except ValueError:
        raise TokenRefused("malformed") from None
    if not isinstance(document, dict):
        raise TokenRefused("malformed")
    return document


def _decode_bytes(part: str) -> bytes:
    try:
        return decode(part)
    except ValueError:
        raise TokenRefused("malformed") from None
