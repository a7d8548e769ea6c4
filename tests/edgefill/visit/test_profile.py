"""Where the token comes from, and the profile behind it."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from edgefill.identity.trust import Trust
from edgefill.visit.profile import VisitorProfile, find_token, read_profile

SECRET = b"a secret that is long enough for HS256"
TRUST = Trust(issuer="shop", audience="edgefill", hs256_secret=SECRET)
NOW = 1_795_000_000


@pytest.mark.parametrize(
    ("cookie", "authorization", "token"),
    [
        ("", "", None),
        ("edgefill_profile=abc", "", "abc"),
        ("a=b; edgefill_profile=abc; c=d", "", "abc"),
        ('a=b;edgefill_profile="abc"', "", "abc"),
        ("edgefill_profile=", "", ""),
        ("my_edgefill_profile=abc", "", None),
        ("edgefill_profile=first; edgefill_profile=second", "", "first"),
        ("", "Bearer abc", "abc"),
        ("", "bearer  abc ", "abc"),
        ("edgefill_profile=abc", "Bearer def", "def"),
        ("edgefill_profile=abc", "Basic def", "abc"),
        ("", "Bearer", None),
    ],
)
def test_the_token_is_found(cookie: str, authorization: str, token: str | None) -> None:
    """In a Bearer header (RFC 6750, section 2.1), else in the cookie."""
    assert find_token(authorization=authorization, cookie=cookie) == token


def token(**changes: Any) -> str:
    payload = {"iss": "shop", "aud": "edgefill", "sub": "u1", "exp": NOW + 60, **changes}
    signing_input = ".".join(
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "HS256", "typ": "JWT"}, payload)
    )
    signature = hmac.digest(SECRET, signing_input.encode(), hashlib.sha256)
    return f"{signing_input}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def test_no_token_is_an_anonymous_profile() -> None:
    """Nothing was sent, so nothing was refused."""
    assert read_profile(None, trust=TRUST, now=NOW) == VisitorProfile()


def test_a_good_token_gives_its_claims() -> None:
    """The subject is the token's."""
    profile = read_profile(token(), trust=TRUST, now=NOW)
    assert profile.claims is not None
    assert profile.claims.subject == "u1"
    assert profile.refusal is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("", "malformed"), (token(exp=NOW - 60), "expired"), (token()[:-4] + "AAAA", "bad-signature")],
)
def test_a_bad_token_is_an_anonymous_profile_with_a_reason(raw: str, reason: str) -> None:
    """Nothing is raised, and no claim is used."""
    profile = read_profile(raw, trust=TRUST, now=NOW)
    assert profile == VisitorProfile(refusal=reason)
