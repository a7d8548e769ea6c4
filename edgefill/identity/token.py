"""The profile token: a signed JWT that says who the visitor is (RFC 7519, RFC 7515, RFC 8725).

    {"iss": ..., "aud": ..., "sub": ..., "exp": ..., "nbf": ..., "iat": ...,
     "edgefill": {"locale": "de", "case": {"tier": "gold"}, "slots": {"name": "Ada"},
                  "tenant": "tern-tide", "audience": "member"}}

No verification is remembered: every request pays for its signature and its clock. Of a token that
verified, only the header is, since an issuer repeats it in every token.
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

MAX_TOKEN_CHARS = 8192  # characters; looked at before anything is parsed
_LATEST = 2**53  # seconds; what a JSON number can say exactly


@value
class Claims:
    """What a verified token says; slot values are raw JSON, not yet coerced."""

    subject: str
    locale: str | None
    case: dict[str, str]  # dimension -> value
    slots: dict[str, Any]
    tenant: str | None = None  # whose router answers free questions
    audience: str | None = None


def verify_token(token: str, *, trust: Trust, now: float) -> Claims:
    """The token's claims; TokenRefused, whose reason holds nothing of the token.

    `now` is in seconds since the epoch. The key that the trust holds for the token's `kid` decides
    the algorithm, never the token (RFC 8725, sections 2.1 and 3.1).
    """
    if len(token) > MAX_TOKEN_CHARS:
        raise TokenRefused("oversize")
    signed, _, signature = token.rpartition(".")
    header, _, payload = signed.partition(".")
    _check_signature(header, signed.encode(), _bytes(signature), trust)
    return _claims(_object(payload), trust, now)


def _check_signature(header: str, signed: bytes, signature: bytes, trust: Trust) -> None:
    key = trust.recall_key(header) or _key(_object(header), trust)
    if not key.verify(signed, signature):
        raise TokenRefused("bad-signature")
    trust.remember_header(header, key)


def _key(header: dict[str, Any], trust: Trust) -> VerifyingKey:
    """The key that a token with this header is to be verified by."""
    if "crit" in header:  # RFC 7515, section 4.1.11: no extension is understood here
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


def _claims(payload: dict[str, Any], trust: Trust, now: float) -> Claims:
    _check_time(payload, now, trust.leeway)
    if payload.get("iss") != trust.issuer:
        raise TokenRefused("wrong-issuer")
    audience = payload.get("aud")
    if trust.audience not in (audience if isinstance(audience, list) else [audience]):
        raise TokenRefused("wrong-audience")
    subject = payload.get("sub")
    if not isinstance(subject, str) or not subject:
        raise TokenRefused("no-subject")
    return _profile(subject, payload.get("edgefill", {}))


def _check_time(payload: dict[str, Any], now: float, leeway: float) -> None:
    if "exp" not in payload:
        raise TokenRefused("no-expiry")
    if _seconds(payload, "exp", now) <= now - leeway:
        raise TokenRefused("expired")
    if _seconds(payload, "nbf", now) > now + leeway:
        raise TokenRefused("not-yet-valid")
    if _seconds(payload, "iat", now) > now + leeway:
        raise TokenRefused("issued-in-the-future")


def _seconds(payload: dict[str, Any], name: str, default: float) -> float:
    """A NumericDate (RFC 7519, section 2)."""
    seconds = payload.get(name, default)
    if type(seconds) not in (int, float) or not 0 <= seconds <= _LATEST:
        raise TokenRefused("malformed-time")
    return float(seconds)


def _profile(subject: str, said: Any) -> Claims:
    """The claims from the token's `edgefill` member."""
    if not isinstance(said, dict):
        raise TokenRefused("malformed-profile")
    case, slots = said.get("case", {}), said.get("slots", {})
    words = {name: said.get(name) for name in ("locale", "tenant", "audience")}
    sound = isinstance(case, dict) and isinstance(slots, dict)
    if not sound or not all(isinstance(picked, str) for picked in case.values()):
        raise TokenRefused("malformed-profile")
    if not all(isinstance(word, str | None) for word in words.values()):
        raise TokenRefused("malformed-profile")
    return Claims(subject=subject, case=case, slots=slots, **words)


def _object(part: str) -> dict[str, Any]:
    try:
        read = parse(_bytes(part).decode())
    except ValueError:
        raise TokenRefused("malformed") from None
    if not isinstance(read, dict):
        raise TokenRefused("malformed")
    return read


def _bytes(part: str) -> bytes:
    try:
        return decode(part)
    except ValueError:
        raise TokenRefused("malformed") from None
