"""What the origin-request function refuses, and the defaults it uses instead."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.lambdas.edge.responses import detail, header


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get"])
def test_other_methods_are_refused(edge: Any, method: str) -> None:
    """405 with what is allowed; nothing is fetched."""
    response = edge.get("/p/sale", method=method)
    assert response["status"] == "405"
    assert header(response, "Allow") == "GET, HEAD"
    assert edge.store.fetched == []


@pytest.mark.parametrize("path", ["/p/nothing", "/p/", "/p", "/", "/p/sale/de", "/q/sale"])
def test_an_unknown_experience_costs_no_pack(edge: Any, path: str) -> None:
    """404 after reading only the pointer."""
    response = edge.get(path)
    assert response["status"] == "404"
    assert "no experience" in detail(response)
    assert not [fetched for fetched in edge.store.fetched if fetched != "t/current.json"]


def test_a_refusal_repeats_at_most_64_characters(edge: Any) -> None:
    """Of a path that a visitor sent."""
    assert "x" * 64 in detail(edge.get("/p/" + "x" * 500))
    assert "x" * 65 not in detail(edge.get("/p/" + "x" * 500))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("locale=german-language", "'german-language' is not a language tag"),
        ("locale=", "not a language tag"),
        ("days=1&days=2", "'days' is repeated"),
        ("%64ays=1&days=2", "'days' is repeated"),
        ("days=%ff", "percent-encoded UTF-8"),
        ("days=" + "1" * 9000, "query of 9005 characters"),
    ],
)
def test_a_bad_query_is_refused_by_name(edge: Any, query: str, reason: str) -> None:
    """400, and nothing is forwarded."""
    response = edge.get(f"/p/sale?{query}")
    assert response["status"] == "400"
    assert reason in detail(response)


FOREIGN = [
    "utm_source=news",
    "utm_source=a&utm_source=b&utm_id=c",
    "fbclid=IwAR0-x_y",
    "gclid=%ff",
    "_ga=2.1.3",
    "colour=red",
    "name=Ada",
    "%zz=1&&=&%ff",
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_no_slot_takes_changes_nothing(edge: Any, foreign: str) -> None:
    """Campaigns' parameters, personal slots, rubbish: the answer is as without, even public."""
    plain, decorated = edge.get("/p/sale"), edge.get(f"/p/sale?{foreign}")
    plain["headers"].pop("server-timing")
    decorated["headers"].pop("server-timing")
    assert decorated == plain
    assert edge.get(f"/p/sale?{foreign}&days=3&{foreign}")["body"] == "3 days left"
    assert edge.log == []


def test_a_query_fills_no_personal_slot(edge: Any) -> None:
    """Nor another one than the declared; the token's values are used."""
    response = edge.get("/p/order-delayed?name=Eve", token=edge.token())
    assert "Ada" in response["body"]
    assert "Eve" not in json.dumps(response)


@pytest.mark.parametrize("path", ["/p/sale/", "/p/s%61le", "/p/%73%61%6C%65/", "/p/%73ale"])
def test_a_path_is_read_in_any_spelling(edge: Any, path: str) -> None:
    """A trailing slash and encoded characters change nothing."""
    assert edge.get(path)["body"] == "2 days left"


@pytest.mark.parametrize("case", [{"tier": None}, {"tier": ["gold"]}, {"tier": "platinum"}])
def test_a_dimension_that_does_not_fit_is_counted_by_name(edge: Any, case: dict[str, Any]) -> None:
    """Its default is used, and every other claim of the token."""
    edge.overlay("order-delayed/en/basic", ["Hello ", ["put", ["slot", "name"]]])
    response = edge.get("/p/order-delayed", token=edge.token(case=case))
    assert response["body"] == "Hello Ada"
    reason = "choice" if case["tier"] == "platinum" else "type"
    assert header(response, "X-Edgefill-Slots") == f"case.tier={reason}"
    assert edge.log[-1]["slots"] == {"case.tier": reason}


def test_a_value_that_does_not_fit_is_replaced_counted_and_not_repeated(edge: Any) -> None:
    """The slot's default, one word in a header, one line in the log."""
    response = edge.get("/p/sale?days=9999")
    assert response["body"] == "2 days left"
    assert header(response, "X-Edgefill-Slots") == "days=range"
    assert edge.log == [{"event": "slot-default", "key": "sale/en/any", "slots": {"days": "range"}}]
    assert "9999" not in json.dumps([response, edge.log])


@pytest.mark.parametrize(
    ("query", "token", "accept", "locale"),
    [
        ("", None, "", "en"),
        ("", None, "fr, de;q=0.5", "de"),
        ("", None, "fr, en;q=0, gsw;q=0.1", "de"),
        ("", "de", "en", "de"),
        ("", "fr", "de", "en"),
        ("", "not a locale", "de", "en"),
        ("?locale=de-AT", "en", "en", "de"),
        ("?locale=gsw", None, "", "de"),
        ("?locale=fr", "de", "de", "en"),
    ],
)
def test_the_locale_is_the_querys_then_the_tokens_then_the_browsers(
    edge: Any, query: str, token: str | None, accept: str, locale: str
) -> None:
    """Each resolved to an offered one, `de-AT -> de -> default`."""
    visitor_token = edge.token(locale=token) if token else None
    response = edge.get(f"/p/sale{query}", token=visitor_token, accept_language=accept)
    assert header(response, "Content-Language") == locale


def test_a_bearer_header_precedes_a_cookie_of_the_same_second(edge: Any) -> None:
    """Both are valid and equally new."""
    bearer = edge.token(slots={"name": "Grace"})
    response = edge.get("/p/order-delayed", token=edge.token(), authorization=f"Bearer {bearer}")
    assert "Grace" in response["body"]


@pytest.mark.parametrize("bad", ["", "rubbish", "expired", "forged"])
def test_a_bad_candidate_hides_no_valid_one(edge: Any, bad: str) -> None:
    """In the cookie twice, in another Cookie header, in Authorization: the valid one counts."""
    good = edge.token()
    bad = {
        "expired": edge.token(now=edge.clock() - 7200, slots={"name": "Eve"}),
        "forged": edge.token(now=edge.clock() + 9, slots={"name": "Eve"})[:-6] + "AAAAAA",
    }.get(bad, bad)
    for cookie, authorization in (
        (f"edgefill_profile={bad}; edgefill_profile={good}", ""),
        (f"edgefill_profile={good}; a=b; edgefill_profile={bad}", ""),
        (f"edgefill_profile={good}", f"Bearer {bad}"),
        (f"edgefill_profile={bad}", f"Bearer {good}"),
    ):
        response = edge.get("/p/order-delayed", cookie=cookie, authorization=authorization)
        assert "Ada" in response["body"]
        assert header(response, "X-Edgefill-Token") is None
        assert edge.get("/p/members", cookie=cookie, authorization=authorization)["status"] == "200"


BAD_TOKENS: dict[str, Callable[[Any], str]] = {
    "expired": lambda edge: edge.token(now=edge.clock() - 7200),
    "bad-signature": lambda edge: edge.token()[:-6] + "AAAAAA",
    "unknown-key-id": lambda edge: edge.token(alg="RS256"),
    "malformed": lambda edge: "rubbish",
    "oversize": lambda edge: "A" * 1_000_000,
}


@pytest.mark.parametrize("reason", BAD_TOKENS)
def test_a_refused_token_never_gets_a_personal_fill(edge: Any, reason: str) -> None:
    """Anonymous where the experience allows it, with the reason in a header; else 401."""
    if reason == "unknown-key-id":
        edge.start(jwks={"keys": []}, hs256_secret=None)
    token = BAD_TOKENS[reason](edge)
    response = edge.get("/p/sale", token=token)
    assert response["body"] == "2 days left"
    assert header(response, "X-Edgefill-Token") == f"refused; reason={reason}"
    assert header(response, "Cache-Control") == "private, no-store, stale-if-error=0"

    response = edge.get("/p/members", token=token)
    assert response["status"] == "401"
    assert response["statusDescription"] == "Unauthorized"
    assert reason.replace("-", " ") in detail(response)
    challenge = header(response, "WWW-Authenticate") or ""
    assert challenge.startswith('Bearer realm="edgefill", error="invalid_token"')


def test_keys_that_verify_nothing_are_logged_once_by_name(edge: Any) -> None:
    """When the environment starts; the good ones are used."""
    good = edge.identity.build_jwks()["keys"]
    edge.start(jwks={"keys": [*good, {"kty": "EC", "kid": "p256"}]})
    for _ in range(3):
        assert edge.get("/p/members", token=edge.token(alg="RS256"))["status"] == "200"
    (line,) = [line for line in edge.log if line["event"] == "keys-skipped"]
    assert line["keys"] == ["keys[1] (kid 'p256'): kty 'EC' is not 'RSA'"]


def test_a_members_only_experience_requests_a_token(edge: Any) -> None:
    """401 without an error code (RFC 6750, section 3); with a token it answers."""
    response = edge.get("/p/members")
    assert response["status"] == "401"
    assert header(response, "WWW-Authenticate") == 'Bearer realm="edgefill"'
    assert edge.get("/p/members", token=edge.token())["body"] == "Welcome"


def test_a_token_is_valid_until_it_expires(edge: Any) -> None:
    """No verification is cached: the same token is refused after it expires."""
    token = edge.token()
    assert edge.get("/p/members", token=token)["status"] == "200"
    edge.clock.now += 3600 + 30
    assert edge.get("/p/members", token=token)["status"] == "401"
