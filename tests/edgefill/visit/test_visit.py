"""Who asks, and what for."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.errors import BadQuery, TokenRefused
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.identity.token import Claims
from edgefill.identity.trust import Trust
from edgefill.visit.visit import VisitorProfile, read_profile, resolve_visit

SECRET = b"a secret that is long enough for HS256"
TRUST = Trust(issuer="shop", audience="edgefill", hs256_secret=SECRET)
NOW = 1_795_000_000
EXPERIENCE = Experience(
    id="order-delayed",
    version="1",
    format="text",
    slots=(
        Slot(name="name", type="name", personal=True, required=True, default="you"),
        Slot(name="days", type="number", minimum=0, maximum=30, default=2),
    ),
    cases=CaseSpec(
        dimensions=(Dimension(name="tier", values=("gold", "basic"), default="basic"),),
        names=("gold", "basic"),
    ),
)
MEMBERS_ONLY = Experience(
    id="vip", version="1", format="text", slots=(), cases=CaseSpec(), anonymous=False
)
ADA = VisitorProfile(
    claims=Claims(subject="u1", locale="de", case={"tier": "gold"}, slots={"name": "Ada"})
)


def token(**changes: Any) -> str:
    payload = {"iss": "shop", "aud": "edgefill", "sub": "u1", "exp": NOW + 60, **changes}
    signed = ".".join(
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "HS256", "typ": "JWT"}, payload)
    )
    signature = hmac.digest(SECRET, signed.encode(), hashlib.sha256)
    return f"{signed}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


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
    ("sent", "reason"),
    [("", "malformed"), (token(exp=NOW - 60), "expired"), (token()[:-4] + "AAAA", "bad-signature")],
)
def test_a_bad_token_is_an_anonymous_profile_with_a_reason(sent: str, reason: str) -> None:
    """It never raises, and never believes."""
    profile = read_profile(sent, trust=TRUST, now=NOW)
    assert profile == VisitorProfile(refusal=reason)


def test_the_anonymous_get_defaults() -> None:
    """Without a token or a query value the answer is anybody's."""
    asked = resolve_visit(EXPERIENCE, query={"locale": "de"}, profile=VisitorProfile())
    assert asked.case == "basic"
    assert asked.values == {"name": "you", "days": 2}
    assert not asked.private


def test_the_token_gives_case_and_values() -> None:
    """And makes the answer private."""
    asked = resolve_visit(EXPERIENCE, query={}, profile=ADA)
    assert asked.case == "gold"
    assert asked.values == {"name": "Ada", "days": 2}
    assert asked.private


def test_a_refused_token_makes_the_answer_private() -> None:
    """It is anonymous, but its headers say why."""
    asked = resolve_visit(EXPERIENCE, query={}, profile=VisitorProfile(refusal="expired"))
    assert asked.values["name"] == "you"
    assert asked.private


def test_a_query_value_is_taken_and_makes_the_answer_private() -> None:
    """A slot that is not personal may come from the URL."""
    asked = resolve_visit(EXPERIENCE, query={"days": "5"}, profile=VisitorProfile())
    assert asked.values["days"] == 5
    assert asked.private


def test_the_token_wins_over_the_query() -> None:
    """What the issuer signed is not overruled by a URL."""
    claims = Claims(subject="u1", locale=None, case={}, slots={"days": 7})
    asked = resolve_visit(EXPERIENCE, query={"days": "5"}, profile=VisitorProfile(claims=claims))
    assert asked.values["days"] == 7


def test_a_value_that_does_not_fit_is_replaced_and_named() -> None:
    """By the slot's default, with one word of reason."""
    asked = resolve_visit(EXPERIENCE, query={"days": "500"}, profile=VisitorProfile())
    assert asked.values["days"] == 2
    assert asked.refusals == {"days": "range"}


@pytest.mark.parametrize("query", [{"name": "Ada"}, {"colour": "red"}])
def test_a_personal_or_unknown_parameter_is_refused(query: dict[str, str]) -> None:
    """Before anything is filled."""
    with pytest.raises(BadQuery):
        resolve_visit(EXPERIENCE, query=query, profile=ADA)


@pytest.mark.parametrize(
    ("profile", "reason"),
    [(VisitorProfile(), "missing"), (VisitorProfile(refusal="expired"), "expired")],
)
def test_a_members_only_experience_needs_a_token(profile: VisitorProfile, reason: str) -> None:
    """And says what was wrong with the one sent."""
    with pytest.raises(TokenRefused) as refused:
        resolve_visit(MEMBERS_ONLY, query={}, profile=profile)
    assert refused.value.reason == reason


def test_a_member_is_let_in() -> None:
    """With a token that verified."""
    assert resolve_visit(MEMBERS_ONLY, query={}, profile=ADA).case == "any"
