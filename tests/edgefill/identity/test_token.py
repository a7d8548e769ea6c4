"""The profile token, verified with tokens that `cryptography` signs."""

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edgefill.core.errors import TokenRefused
from edgefill.identity.base64url import encode
from edgefill.identity.token import MAX_TOKEN_CHARS, Claims, verify_token
from edgefill.identity.trust import Trust
from tests.edgefill.identity.signing import (
    ADA,
    JWK,
    LOCAL,
    MODULUS,
    NOW,
    PAYLOAD,
    PUBLIC,
    SIGNED,
    STRANGER,
    TRUST,
    compact,
    hs256,
    refusal,
    rs256,
    token,
)


def test_a_signed_token_gives_its_claims() -> None:
    """Subject, locale, case and raw slot values."""
    claims = verify_token(token(edgefill=ADA), trust=TRUST, now=NOW)
    assert claims == Claims(
        subject="u1",
        locale="de",
        case={"tier": "gold"},
        slots={"name": "Ada", "items": [{"n": 1}]},
    )


def test_a_token_without_a_profile_has_only_a_subject() -> None:
    """The profile is optional, whole and in each part."""
    bare = Claims(subject="u1", locale=None, case={}, slots={})
    assert verify_token(token(), trust=TRUST, now=NOW) == bare
    assert verify_token(token(edgefill={}), trust=TRUST, now=NOW) == bare


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.text(st.characters(exclude_categories=["Cs"]))))
def test_all_signed_claims_are_read(slots: dict[str, str]) -> None:
    """Both algorithms, any text."""
    payload = PAYLOAD | {"edgefill": {"slots": slots}}
    token = compact({"alg": "RS256", "kid": "one", "typ": "JWT"}, payload)
    shared = compact({"alg": "HS256", "typ": "JWT"}, payload, hs256)
    assume(len(token) <= MAX_TOKEN_CHARS)
    assert verify_token(token, trust=TRUST, now=NOW).slots == slots
    assert verify_token(shared, trust=LOCAL, now=NOW).slots == slots


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    """In header, payload, signature or between them: no part has a second spelling."""
    token = data.draw(st.sampled_from([(SIGNED, TRUST), (SHARED, LOCAL)]))
    place = data.draw(st.integers(0, len(token[0]) - 1))
    other = data.draw(st.characters(exclude_characters=token[0][place], codec="utf-8"))
    with pytest.raises(TokenRefused):
        verify_token(token[0][:place] + other + token[0][place + 1 :], trust=token[1], now=NOW)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_inserted_or_missing_character_is_refused(data: st.DataObject) -> None:
    """Padding, white space and cut tails among them."""
    place = data.draw(st.integers(0, len(SIGNED) - 1))
    more = data.draw(st.sampled_from(["=", " ", "\n", ".", "A", "~", ""]))
    changed = SIGNED[:place] + more + SIGNED[place + (not more) :]
    with pytest.raises(TokenRefused):
        verify_token(changed, trust=TRUST, now=NOW)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[\w-]{0,20}\.[\w-]{0,20}\.[\w-]{0,20}"))
def test_nothing_else_is_ever_raised(token: str) -> None:
    """Visitors can send anything."""
    with pytest.raises(TokenRefused):
        verify_token(token, trust=TRUST, now=NOW)


SHARED = compact({"alg": "HS256"}, PAYLOAD | {"edgefill": ADA}, hs256)
PEM = PUBLIC.public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


@pytest.mark.parametrize(
    ("token", "trust", "reason"),
    [
        pytest.param(
            compact({"alg": "none"}, PAYLOAD, lambda _: b""), TRUST, "wrong-algorithm", id="none"
        ),
        pytest.param(
            compact({"alg": "none", "kid": "one"}, PAYLOAD, rs256),
            TRUST,
            "wrong-algorithm",
            id="none, yet signed",
        ),
        pytest.param(
            compact({"alg": "HS256", "kid": "one"}, PAYLOAD, lambda m: hs256(m, PEM)),
            TRUST,
            "wrong-algorithm",
            id="HS256 with the public key",
        ),
        pytest.param(
            compact({"alg": "HS256"}, PAYLOAD, lambda m: hs256(m, MODULUS.encode())),
            TRUST,
            "wrong-algorithm",
            id="HS256 with the modulus, without kid",
        ),
        pytest.param(
            compact({"alg": "RS256"}, PAYLOAD, rs256), LOCAL, "wrong-algorithm", id="RS256 at HS256"
        ),
        pytest.param(
            compact({"alg": "rs256", "kid": "one"}, PAYLOAD), TRUST, "wrong-algorithm", id="case"
        ),
        pytest.param(
            compact({"alg": "RS256", "kid": "one"}, PAYLOAD, lambda m: rs256(m, STRANGER)),
            TRUST,
            "bad-signature",
            id="a stranger's key",
        ),
        pytest.param(
            compact({"alg": "HS256"}, PAYLOAD, lambda m: hs256(m, b"guess" * 8)),
            LOCAL,
            "bad-signature",
            id="another secret",
        ),
        pytest.param(
            compact({"alg": "RS256", "kid": "two"}, PAYLOAD), TRUST, "unknown-key-id", id="kid"
        ),
        pytest.param(
            compact({"alg": "RS256", "kid": ["one"]}, PAYLOAD), TRUST, "unknown-key-id", id="list"
        ),
        pytest.param(
            compact({"alg": "RS256", "kid": "one", "crit": ["b64"], "b64": False}, PAYLOAD),
            TRUST,
            "critical-header",
            id="crit",
        ),
        pytest.param(
            compact({"alg": "RS256", "kid": "one", "typ": "at+jwt"}, PAYLOAD),
            TRUST,
            "wrong-type",
            id="another kind of token",
        ),
        pytest.param(
            compact(
                {"alg": "RS256", "kid": "one", "jwk": JWK}, PAYLOAD, lambda m: rs256(m, STRANGER)
            ),
            TRUST,
            "bad-signature",
            id="its own key in the header",
        ),
    ],
)  # fmt: skip
def test_a_token_cannot_choose_how_it_is_verified(token: str, trust: Trust, reason: str) -> None:
    """RFC 8725, sections 2.1 and 3.1: the trust's key fixes the algorithm."""
    assert refusal(token, trust) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": NOW - 30}, "expired"),
        ({"exp": 0}, "expired"),
        ({"exp": None}, "malformed-time"),
        ({"exp": str(NOW + 600)}, "malformed-time"),
        ({"exp": True}, "malformed-time"),
        ({"exp": -1}, "malformed-time"),
        ({"exp": 10**40}, "malformed-time"),
        ({"nbf": NOW + 31}, "not-yet-valid"),
        ({"nbf": "soon"}, "malformed-time"),
        ({"iat": NOW + 31}, "issued-in-the-future"),
        ({"iss": "shops"}, "wrong-issuer"),
        ({"iss": None}, "wrong-issuer"),
        ({"iss": ["shop"]}, "wrong-issuer"),
        ({"aud": "other"}, "wrong-audience"),
        ({"aud": ["other", "another"]}, "wrong-audience"),
        ({"aud": {"edgefill": 1}}, "wrong-audience"),
        ({"aud": None}, "wrong-audience"),
        ({"aud": "edgefill, other"}, "wrong-audience"),
        ({"sub": None}, "no-subject"),
        ({"sub": ""}, "no-subject"),
        ({"sub": 7}, "no-subject"),
        ({"edgefill": "de"}, "malformed-profile"),
        ({"edgefill": ["de"]}, "malformed-profile"),
        ({"edgefill": {"tenant": 7}}, "malformed-profile"),
        ({"edgefill": {"audience": ["member"]}}, "malformed-profile"),
        ({"edgefill": {"case": ["gold"]}}, "malformed-profile"),
        ({"edgefill": {"case": 7}}, "malformed-profile"),
        ({"edgefill": {"slots": "Ada"}}, "malformed-profile"),
    ],
)
def test_a_signed_token_with_a_wrong_claim_is_refused(changes: Any, reason: str) -> None:
    """Each claim has its own reason."""
    assert refusal(token(**changes)) == reason


def test_a_token_without_an_expiry_is_refused() -> None:
    """A token that never expires cannot be revoked."""
    forever = {name: claim for name, claim in PAYLOAD.items() if name != "exp"}
    assert refusal(compact({"alg": "RS256", "kid": "one"}, forever)) == "no-expiry"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 29},
        {"exp": NOW + 0.5},
        {"nbf": NOW + 30},
        {"iat": NOW + 30},
        {"nbf": NOW - 5, "iat": NOW - 5},
        {"aud": ["other", "edgefill"]},
    ],
)
def test_clocks_may_differ_by_the_leeway_and_audiences_be_many(changes: Any) -> None:
    """RFC 7519, sections 4.1.3 to 4.1.6."""
    assert verify_token(token(**changes), trust=TRUST, now=NOW).subject == "u1"


def test_rotation_accepts_both_keys_and_then_only_the_new_one() -> None:
    """A key that the issuer withdraws is unknown from then on."""
    other = encode(STRANGER.public_key().public_numbers().n.to_bytes(256, "big"))
    new = {**JWK, "kid": "two", "n": other}
    old_token = token()
    new_token = compact(
        {"alg": "RS256", "kid": "two"}, PAYLOAD, lambda message: rs256(message, STRANGER)
    )
    during = Trust(issuer="shop", audience="edgefill", keys=[JWK, new])
    after = Trust(issuer="shop", audience="edgefill", keys=[new])
    assert verify_token(old_token, trust=during, now=NOW).subject == "u1"
    assert verify_token(new_token, trust=during, now=NOW).subject == "u1"
    assert verify_token(new_token, trust=after, now=NOW).subject == "u1"
    assert refusal(old_token, after) == "unknown-key-id"


def test_a_header_that_was_never_verified_is_never_remembered() -> None:
    """A refused token changes nothing for later ones; a valid one changes nothing for bad ones."""
    trust = Trust(issuer="shop", audience="edgefill", keys=[JWK])
    forged = compact({"alg": "RS256", "kid": "one"}, PAYLOAD, lambda m: rs256(m, STRANGER))
    header = forged.partition(".")[0]
    assert refusal(forged, trust) == "bad-signature"
    assert trust.recall_key(header) is None
    assert verify_token(token(), trust=trust, now=NOW).subject == "u1"
    assert trust.recall_key(header) is trust.find_key("one")
    assert refusal(forged, trust) == "bad-signature"
    assert refusal(token(exp=NOW - 60), trust) == "expired"


@pytest.mark.parametrize(
    ("profile", "claims"),
    [
        (None, {}),
        ([], {}),
        ({}, {}),
        ({"case": None, "slots": None, "locale": None}, {}),
        ({"case": [], "slots": []}, {}),
        ({"locale": 7}, {}),
        ({"locale": ["de"], "slots": {"name": "Ada"}}, {"slots": {"name": "Ada"}}),
        (
            {"case": {"tier": "gold", "lifecycle": None}},
            {"case": {"tier": "gold", "lifecycle": None}},
        ),
        ({"case": {"tier": 7, "lifecycle": ["new"]}}, {"case": {"tier": 7, "lifecycle": ["new"]}}),
        (
            {"case": {"tier": "", "": {}}, "locale": "de"},
            {"case": {"tier": "", "": {}}, "locale": "de"},
        ),
    ],
)
def test_a_member_that_does_not_fit_spoils_no_other(profile: Any, claims: dict[str, Any]) -> None:
    """An absent one may be null or an empty list; `resolve_visit` counts wrong dimensions."""
    expected = Claims(**{"subject": "u1", "locale": None, "case": {}, "slots": {}} | claims)
    assert verify_token(token(edgefill=profile), trust=TRUST, now=NOW) == expected
