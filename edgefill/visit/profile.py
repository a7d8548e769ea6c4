"""The visitor's profile token: where a request carries it, and the profile behind it.

A request may carry several candidates: a cookie that a browser sends twice (for two paths or
domains), several Cookie headers, a cookie with an Authorization header. Edge and API choose alike:

1. Empty candidates, repetitions, and those after the first MAX_TOKENS are dropped.
2. Those whose claims would be accepted come first; then the latest `iat`, then the latest `exp`,
   then the order in the request (Authorization before cookies).
3. Of the first MAX_SIGNATURES the first whose signature verifies is the visitor's profile, so the
   work for one request is bounded whatever it carries.
4. If none verifies, the visitor is anonymous, with the reason of the first.

A single candidate is verified at once.
"""

from __future__ import annotations

from edgefill.core.errors import TokenRefused
from edgefill.core.value import value
from edgefill.identity.token import MAX_TOKEN_CHARS, rank_token, verify_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgefill.identity.token import Claims
    from edgefill.identity.trust import Trust

COOKIE = "edgefill_profile"
BEARER = "bearer "
MAX_TOKENS = 16  # candidates whose claims are read
MAX_SIGNATURES = 4  # candidates whose signatures are checked


@value
class VisitorProfile:
    """Without claims the visitor is anonymous; `refusal` is the reason if a token was refused."""

    claims: Claims | None = None
    refusal: str | None = None


def find_tokens(*, authorization: str, cookie: str) -> tuple[str, ...]:
    """The candidates in the raw headers, in the order of the request."""
    found = []
    if authorization:
        for credentials in authorization.split(","):
            scheme, token = credentials.lstrip()[: len(BEARER)], credentials.lstrip()[len(BEARER) :]
            if scheme.lower() == BEARER:
                found.append(token.strip())
    if COOKIE in cookie:
        for pair in cookie.split(";"):
            if COOKIE in pair:
                name, _, token = pair.partition("=")
                if name.strip() == COOKIE:
                    found.append(token.strip().strip('"'))
    return _limit_tokens(found)


def read_profile(tokens: Sequence[str], *, trust: Trust, now: float) -> VisitorProfile:
    """The profile behind the best candidate; raises nothing, whatever a visitor sent."""
    refusal = None
    for token in _order_tokens(tokens, trust, now) if len(tokens) > 1 else tokens:
        try:
            return VisitorProfile(claims=verify_token(token, trust=trust, now=now))
        except TokenRefused as error:
            refusal = refusal or error.reason
    return VisitorProfile(refusal=refusal)


def join_tokens(tokens: Sequence[str]) -> str:
    """The candidates as one header for the API, which chooses again; "" when none fits in one."""
    return ", ".join(filter(_fits_header, tokens))


def split_tokens(header: str) -> tuple[str, ...]:
    """The candidates in a result of `join_tokens`."""
    return _limit_tokens([token.strip() for token in header.split(",")])


def _limit_tokens(found: Sequence[str]) -> tuple[str, ...]:
    if len(found) == 1 and found[0]:
        return (found[0],)
    return tuple(filter(None, dict.fromkeys(found)))[:MAX_TOKENS]


def _order_tokens(tokens: Sequence[str], trust: Trust, now: float) -> list[str]:
    """The candidates to verify, best first; the sort keeps the order of equals."""

    def rank(token: str) -> tuple[bool, float, float]:
        return rank_token(token, trust=trust, now=now)

    return sorted(tokens, key=rank, reverse=True)[:MAX_SIGNATURES]


def _fits_header(token: str) -> bool:
    is_printable = token.isascii() and token.isprintable()
    return is_printable and "," not in token and len(token) <= MAX_TOKEN_CHARS
