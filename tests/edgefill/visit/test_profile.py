"""Where the candidates for a profile token come from, and which one is the profile."""

import hashlib
import hmac
import itertools
import json
import random
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from edgefill.identity.token import MAX_TOKEN_CHARS
from edgefill.identity.trust import SecretKey, Trust
from edgefill.visit.profile import (
    MAX_SIGNATURES,
    MAX_TOKENS,
    VisitorProfile,
    find_tokens,
    join_tokens,
    read_profile,
    split_tokens,
)

SECRET = b"a secret that is long enough for HS256"
TRUST = Trust(issuer="shop", audience="edgefill", hs256_secret=SECRET)
NOW = 1_795_000_000


@pytest.mark.parametrize(
    ("cookie", "authorization", "tokens"),
    [
        ("", "", ()),
        ("edgefill_profile=abc", "", ("abc",)),
        ("a=b; edgefill_profile=abc; c=d", "", ("abc",)),
        ('a=b;edgefill_profile="abc"', "", ("abc",)),
        ("edgefill_profile = abc ", "", ("abc",)),
        ("edgefill_profile=", "", ()),
        ("edgefill_profile", "", ()),
        ('edgefill_profile=""; edgefill_profile=abc', "", ("abc",)),
        ("my_edgefill_profile=abc", "", ()),
        ("Edgefill_Profile=abc", "", ()),
        ("x=edgefill_profile=abc", "", ()),
        ("edgefill_profile=first; edgefill_profile=second", "", ("first", "second")),
        ("edgefill_profile=same; edgefill_profile=same", "", ("same",)),
        ("", "Bearer abc", ("abc",)),
        ("", "bearer  abc ", ("abc",)),
        ("", "Bearer abc, bearer def", ("abc", "def")),
        ("", "Basic abc, Bearer def", ("def",)),
        ("edgefill_profile=abc", "Bearer def", ("def", "abc")),
        ("edgefill_profile=abc", "Bearer ", ("abc",)),
        ("edgefill_profile=abc", "Basic def", ("abc",)),
        ("", "Bearer", ()),
        (";;=;edgefill_profile=abc;", ",,", ("abc",)),
    ],
)
def test_every_candidate_is_found_once(
    cookie: str, authorization: str, tokens: tuple[str, ...]
) -> None:
    """In Bearer headers (RFC 6750, section 2.1), then in cookies; empty ones are none."""
    assert find_tokens(authorization=authorization, cookie=cookie) == tokens


def test_the_number_of_candidates_is_bounded() -> None:
    """The first of a request count."""
    cookie = "; ".join(f"edgefill_profile={n}" for n in range(500))
    assert find_tokens(authorization="", cookie=cookie) == tuple(map(str, range(MAX_TOKENS)))
    assert split_tokens(",".join(map(str, range(500)))) == tuple(map(str, range(MAX_TOKENS)))


def test_candidates_reach_the_api_in_one_header() -> None:
    """All that a header can hold, in their order; the API finds the same."""
    assert split_tokens(join_tokens(("a.b.c", "d.e.f"))) == ("a.b.c", "d.e.f")
    assert join_tokens(("a\n", "b\u00e4", "c,d", "x" * (MAX_TOKEN_CHARS + 1), "e")) == "e"
    assert join_tokens(()) == ""
    assert split_tokens("") == ()


def token(*, key: bytes = SECRET, **changes: Any) -> str:
    payload = {"iss": "shop", "aud": "edgefill", "sub": "u1", "exp": NOW + 60, **changes}
    signing_input = ".".join(
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "HS256", "typ": "JWT"}, payload)
    )
    signature = hmac.digest(key, signing_input.encode(), hashlib.sha256)
    return f"{signing_input}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def subject(*tokens: str) -> str | None:
    claims = read_profile(tokens, trust=TRUST, now=NOW).claims
    return claims.subject if claims else None


def test_no_token_is_an_anonymous_profile() -> None:
    """Nothing was sent, so nothing was refused."""
    assert read_profile((), trust=TRUST, now=NOW) == VisitorProfile()


def test_a_good_token_gives_its_claims() -> None:
    """The subject is the token's."""
    profile = read_profile((token(),), trust=TRUST, now=NOW)
    assert profile.claims is not None
    assert profile.claims.subject == "u1"
    assert profile.refusal is None


BAD = {
    "malformed": "rubbish",
    "expired": token(exp=NOW - 60, iat=NOW - 999),
    "bad-signature": token(sub="forged", iat=NOW)[:-4] + "AAAA",
    "wrong-issuer": token(iss="other"),
    "issued-in-the-future": token(iat=NOW + 999, exp=NOW + 9999),
    "not-yet-valid": token(nbf=NOW + 999),
    "oversize": "a" * (MAX_TOKEN_CHARS + 1),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_token_is_an_anonymous_profile_with_a_reason(reason: str) -> None:
    """Nothing is raised, and no claim is used."""
    profile = read_profile((BAD[reason],), trust=TRUST, now=NOW)
    assert profile == VisitorProfile(refusal=reason)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("before", [True, False])
def test_a_bad_candidate_hides_no_good_one(bad: str, before: bool) -> None:
    """Wherever it is in the request, and nothing is reported as refused."""
    good = token(sub="ada")
    pair = (BAD[bad], good) if before else (good, BAD[bad])
    profile = read_profile(pair, trust=TRUST, now=NOW)
    assert profile.claims is not None
    assert (profile.claims.subject, profile.refusal) == ("ada", None)


def test_of_several_good_candidates_the_latest_is_the_profile() -> None:
    """By `iat`, then `exp`, then the order of the request; without `iat` it is the oldest."""
    best_first = [
        token(sub="newest", iat=NOW - 1, exp=NOW + 5),
        token(sub="longest", iat=NOW - 9, exp=NOW + 90),
        token(sub="shorter", iat=NOW - 9, exp=NOW + 80),
        token(sub="undated", exp=NOW + 900),
    ]
    for number in range(1, 5):
        for order in itertools.permutations(best_first[4 - number :]):
            assert subject(*order) == subject(best_first[4 - number])
    twins = (token(sub="one", iat=NOW), token(sub="two", iat=NOW))
    assert subject(*twins) == "one"


def test_any_number_of_stale_candidates_hides_no_good_one() -> None:
    """They are told apart before a signature is checked."""
    stale = [token(exp=NOW - 60 - n) for n in range(MAX_TOKENS - 1)]
    for place in range(MAX_TOKENS):
        assert subject(*stale[:place], token(sub="ada"), *stale[place:]) == "ada"


def test_edge_and_api_choose_the_same_candidate() -> None:
    """The API chooses again from the forwarded header: 300 random requests."""
    rng = random.Random(14)
    pool = [*BAD.values(), "", *(token(sub=f"s{n}", iat=NOW - n) for n in range(4))]
    for _ in range(300):
        picked = rng.choices(pool, k=rng.randint(0, 6))
        cookie = "; ".join(f"edgefill_profile={each}" for each in picked)
        at_edge = find_tokens(authorization=f"Bearer {rng.choice(pool)}", cookie=cookie)
        at_api = split_tokens(join_tokens(at_edge))
        edge, api = (read_profile(each, trust=TRUST, now=NOW) for each in (at_edge, at_api))
        assert edge.claims == api.claims


class CountingKey:
    """A key that counts the signatures it checks."""

    alg = "HS256"

    def __init__(self) -> None:
        self.checked = 0

    def verify(self, message: bytes, signature: bytes) -> bool:
        self.checked += 1
        return SecretKey(secret=SECRET).verify(message, signature)


class CountingTrust(Trust):
    """Trusts one counting key."""

    def __init__(self) -> None:
        super().__init__(issuer="shop", audience="edgefill")
        self.key = CountingKey()

    def find_key(self, kid: str | None) -> CountingKey:
        return self.key


def test_the_number_of_signatures_is_bounded() -> None:
    """Nobody buys work with a header of forged candidates."""
    trust = CountingTrust()
    forged = [token(key=b"x" * 32, iat=NOW - n) for n in range(50)]
    profile = read_profile(forged, trust=trust, now=NOW)
    assert profile == VisitorProfile(refusal="bad-signature")
    assert trust.key.checked == MAX_SIGNATURES


def test_a_good_request_costs_one_signature() -> None:
    """Even among stale candidates."""
    trust = CountingTrust()
    read_profile((BAD["expired"], token(), BAD["wrong-issuer"]), trust=trust, now=NOW)
    assert trust.key.checked == 1


def test_if_no_candidate_is_good_the_reason_is_that_of_the_best() -> None:
    """One that fails only by its signature comes before an expired one."""
    profile = read_profile((BAD["expired"], BAD["bad-signature"]), trust=TRUST, now=NOW)
    assert profile == VisitorProfile(refusal="bad-signature")
