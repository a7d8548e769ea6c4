"""The whole origin-request function over a store in memory."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lambdas.edge.config import Config
from lambdas.edge.event import MAX_RESPONSE
from lambdas.edge.handler import per_distribution


def header(response: dict[str, Any], name: str) -> str | None:
    lines = response["headers"].get(name.lower())
    return None if lines is None else "; ".join(line["value"] for line in lines)


def detail(response: dict[str, Any]) -> str:
    assert header(response, "Content-Type") == "application/problem+json"
    assert header(response, "Cache-Control") == "private, no-store"
    said = json.loads(response["body"])
    assert said["status"] == int(response["status"])
    return str(said["detail"])


def is_miss(response: dict[str, Any]) -> bool:
    return "status" not in response


@pytest.mark.parametrize("alg", ["HS256", "RS256"])
def test_a_hit_is_filled_with_the_visitors_own_values(edge: Any, alg: str) -> None:
    """Escaped for the format, in the token's locale, never to be stored."""
    token = edge.token(alg=alg, locale="de", slots={"name": "<Ada>", "days": 5})
    response = edge.get("/p/order-delayed", token=token)
    assert response["status"] == "200"
    assert response["statusDescription"] == "OK"
    assert response["bodyEncoding"] == "text"
    assert response["body"] == "<p>&lt;Ada&gt;: 5 Tage</p>"
    assert header(response, "Content-Type") == "text/html; charset=utf-8"
    assert header(response, "Content-Language") == "de"
    assert header(response, "Cache-Control") == "private, no-store"
    assert header(response, "X-Edgefill") == "hit; template=order-delayed/de/gold; release=r1"
    assert header(response, "X-Content-Type-Options") == "nosniff"
    assert "default-src 'none'" in (header(response, "Content-Security-Policy") or "")
    assert edge.log == []


def test_the_stages_are_timed(edge: Any) -> None:
    """Server-Timing names each stage in milliseconds."""
    timing = header(edge.get("/p/sale"), "Server-Timing") or ""
    stages = [stage.split(";dur=")[0] for stage in timing.split(", ")]
    assert stages == ["token", "pack", "values", "key", "fill"]


def test_a_cold_hit_takes_two_fetches_and_a_warm_one_none(edge: Any) -> None:
    """The pointer and the pack."""
    edge.get("/p/sale")
    edge.get("/p/sale")
    assert edge.store.fetched == ["t/current.json", "t/r/r1/sale/en.json"]


@pytest.mark.parametrize(
    ("path", "headers", "token", "cached"),
    [
        ("/p/sale", {}, False, True),
        ("/p/sale?locale=de", {"accept-language": "en"}, False, True),
        ("/p/sale", {"accept-language": "de"}, False, False),
        ("/p/sale?days=3", {}, False, False),
        ("/p/sale", {}, True, False),
        ("/p/sale", {"cookie": "edgefill_profile=rubbish"}, False, False),
    ],
)
def test_only_what_the_url_alone_shaped_may_be_cached(
    edge: Any, path: str, headers: dict[str, str], token: bool, cached: bool
) -> None:
    """A token, good or bad, a slot value or the browser's languages make it private."""
    response = edge.get(path, token=edge.token() if token else None, **headers)
    assert response["status"] == "200"
    public = header(response, "Cache-Control") == "public, max-age=60"
    assert public is cached
    assert (header(response, "ETag") is not None) is cached


def test_a_personal_template_is_private_even_for_the_anonymous(edge: Any) -> None:
    """The program itself says that it holds personal slots."""
    edge.overlay("order-delayed/en/basic", ["Hello ", ["put", ["slot", "name"]]])
    response = edge.get("/p/order-delayed")
    assert response["body"] == "Hello you"
    assert header(response, "Cache-Control") == "private, no-store"


def test_the_etag_answers_a_conditional_request(edge: Any) -> None:
    """304 without a body while the text is the same."""
    etag = header(edge.get("/p/sale"), "ETag")
    response = edge.get("/p/sale", if_none_match=f'"other", W/{etag}')
    assert response["status"] == "304"
    assert response["statusDescription"] == "Not Modified"
    assert response["body"] == ""
    assert edge.get("/p/sale", if_none_match='"other"')["status"] == "200"


def test_head_gets_the_headers_alone(edge: Any) -> None:
    """The same headers as GET would get."""
    head, get = edge.get("/p/sale", method="HEAD"), edge.get("/p/sale")
    assert head["body"] == ""
    assert head["headers"] == get["headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get"])
def test_other_methods_are_refused(edge: Any, method: str) -> None:
    """405 with what is allowed; nothing is fetched."""
    response = edge.get("/p/sale", method=method)
    assert response["status"] == "405"
    assert header(response, "Allow") == "GET, HEAD"
    assert edge.store.fetched == []


@pytest.mark.parametrize("path", ["/p/nothing", "/p/", "/p", "/", "/p/sale/de", "/q/sale"])
def test_an_unknown_experience_costs_no_pack(edge: Any, path: str) -> None:
    """404 from the pointer alone."""
    response = edge.get(path)
    assert response["status"] == "404"
    assert "no experience" in detail(response)
    assert not [fetched for fetched in edge.store.fetched if fetched != "t/current.json"]


def test_a_refusal_repeats_at_most_64_characters(edge: Any) -> None:
    """Of a path or a parameter that a stranger chose."""
    assert "x" * 64 in detail(edge.get("/p/" + "x" * 500))
    assert "x" * 65 not in detail(edge.get("/p/" + "x" * 500))
    assert "y" * 65 not in detail(edge.get(f"/p/sale?{'y' * 500}=1"))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "unknown query parameter 'colour'; sale knows locale, days"),
        ("locale=german-language", "'german-language' is no language tag"),
        ("locale=", "no language tag"),
        ("days=1&days=2", "'days' stands twice"),
        ("%64ays=1&days=2", "'days' stands twice"),
        ("days=%ff", "percent-encoded UTF-8"),
        ("days=" + "1" * 2048, "query of 2053 characters"),
    ],
)
def test_a_bad_query_is_refused_by_name(edge: Any, query: str, named: str) -> None:
    """400, and no model hears of it."""
    response = edge.get(f"/p/sale?{query}")
    assert response["status"] == "400"
    assert named in detail(response)


def test_a_personal_slot_in_the_url_is_refused(edge: Any) -> None:
    """URLs end up in logs."""
    response = edge.get("/p/order-delayed?name=Ada", token=edge.token())
    assert response["status"] == "400"
    assert "'name' is personal" in detail(response)
    assert "Ada" not in response["body"]


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
    sent = edge.token(locale=token) if token else None
    response = edge.get(f"/p/sale{query}", token=sent, accept_language=accept)
    assert header(response, "Content-Language") == locale


def test_the_bearer_header_wins_over_the_cookie(edge: Any) -> None:
    """What was sent on purpose counts."""
    bearer = edge.token(slots={"name": "Grace"})
    response = edge.get("/p/order-delayed", token=edge.token(), authorization=f"Bearer {bearer}")
    assert "Grace" in response["body"]


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
    assert header(response, "Cache-Control") == "private, no-store"

    refused = edge.get("/p/members", token=token)
    assert refused["status"] == "401"
    assert refused["statusDescription"] == "Unauthorized"
    assert reason.replace("-", " ") in detail(refused)
    challenge = header(refused, "WWW-Authenticate") or ""
    assert challenge.startswith('Bearer realm="edgefill", error="invalid_token"')


def test_members_only_asks_the_anonymous_for_a_token(edge: Any) -> None:
    """401 without an error code, as RFC 6750, section 3, asks; with a token it answers."""
    response = edge.get("/p/members")
    assert response["status"] == "401"
    assert header(response, "WWW-Authenticate") == 'Bearer realm="edgefill"'
    assert edge.get("/p/members", token=edge.token())["body"] == "Welcome"


def test_a_token_is_believed_until_it_expires(edge: Any) -> None:
    """Nothing of a verification is kept: the same token is refused when its time is over."""
    token = edge.token()
    assert edge.get("/p/members", token=token)["status"] == "200"
    edge.clock.now += 3600 + 30
    assert edge.get("/p/members", token=token)["status"] == "401"


def test_a_miss_passes_the_request_on_with_key_and_token(edge: Any, make_event: Any) -> None:
    """In headers that are ours alone; credentials go no other way."""
    token = edge.token(case={"tier": "basic"})
    sent = {
        "cookie": f"edgefill_profile={token}",
        "authorization": "Basic x",
        "x-edgefill-key": "sale/en/any",
        "X-Edgefill-Profile": "forged",
        "x-edgefill-other": "forged",
        "if-none-match": '"tag"',
    }
    event = make_event("/p/order-delayed?days=3", headers=sent)
    forwarded = edge.handle(event, None)
    asked = event["Records"][0]["cf"]["request"]
    assert {name: forwarded[name] for name in asked if name != "headers"} == {
        name: asked[name] for name in asked if name != "headers"
    }
    headers = forwarded["headers"]
    assert headers["x-edgefill-key"] == [
        {"key": "X-Edgefill-Key", "value": "order-delayed/en/basic"}
    ]
    assert headers["x-edgefill-profile"] == [{"key": "X-Edgefill-Profile", "value": token}]
    untouched = {"x-forwarded-for", "user-agent", "via", "host", "cache-control", "if-none-match"}
    assert headers.keys() == untouched | {"x-edgefill-key", "x-edgefill-profile"}
    assert all(headers[name] == asked["headers"][name] for name in untouched)


@pytest.mark.parametrize("token", [None, "A" * 10_000, "a\r\nb", "ü"])
def test_no_token_travels_that_could_not_be_one(edge: Any, token: str | None) -> None:
    """Nothing, too long, or not fit for a header."""
    forwarded = edge.get("/p/order-delayed", token=token)
    assert is_miss(forwarded)
    assert "x-edgefill-profile" not in forwarded["headers"]
    assert "cookie" not in forwarded["headers"]


def test_a_template_written_back_turns_the_miss_into_a_hit(edge: Any) -> None:
    """Once the absence that is remembered is over."""
    assert is_miss(edge.get("/p/order-delayed"))
    edge.overlay("order-delayed/en/basic", ["New for ", ["put", ["slot", "name"]]])
    assert is_miss(edge.get("/p/order-delayed"))
    edge.tick.now += edge.config.negative_ttl_s
    response = edge.get("/p/order-delayed")
    assert response["body"] == "New for you"
    assert (header(response, "X-Edgefill") or "").startswith("hit; template=order-delayed/en/basic")


def test_a_template_for_another_version_is_not_served(edge: Any) -> None:
    """Its slots may not be the experience's."""
    edge.overlay("order-delayed/en/basic", ["Old"], version="v0")
    assert is_miss(edge.get("/p/order-delayed"))


def test_a_corrupt_overlay_is_a_miss(edge: Any) -> None:
    """And says so in the log."""
    edge.store.put("t/live/order-delayed/en/basic.json", {"v": 1, "version": "v1"})
    assert is_miss(edge.get("/p/order-delayed"))
    assert [line["event"] for line in edge.log] == ["store"]


def test_an_unreachable_store_is_a_miss_without_a_key(edge: Any) -> None:
    """The API has the catalogue."""
    edge.store.down = True
    forwarded = edge.get("/p/sale")
    assert is_miss(forwarded)
    assert "x-edgefill-key" not in forwarded["headers"]
    assert edge.log[-1] == {"event": "no-pack", "error": "StoreUnavailable"}


def test_a_missing_pointer_is_a_miss(edge: Any) -> None:
    """Nothing was ever published."""
    edge.store.objects.clear()
    assert is_miss(edge.get("/p/sale"))


def test_what_lies_here_is_served_while_the_store_is_down(edge: Any) -> None:
    """Stale, and the store is asked once in a while only."""
    edge.get("/p/sale")
    edge.store.down = True
    edge.tick.now += 60
    before = len(edge.store.fetched)
    assert edge.get("/p/sale")["body"] == "2 days left"
    assert edge.get("/p/sale")["body"] == "2 days left"
    assert len(edge.store.fetched) == before + 1
    assert edge.log[-1]["served"] == "stale"


def test_a_new_release_is_seen_within_the_pointers_ttl(edge: Any) -> None:
    """And fetched pack by pack."""
    edge.get("/p/sale")
    edge.canary(100)
    edge.store.objects["t/current.json"] = edge.store.objects["t/current.json"]
    edge.tick.now += edge.config.pointer_ttl_s
    response = edge.get("/p/sale", token=edge.token())
    assert response["body"].startswith("canary: ")
    assert "release=r2" in (header(response, "X-Edgefill") or "")


def test_a_release_whose_pack_is_missing_is_served_from_the_old_one(edge: Any) -> None:
    """The pack of another release, if one lies here."""
    edge.get("/p/sale")
    edge.canary(100)
    edge.store.objects["t/r/r2/sale/en.json"] = b"{"
    edge.tick.now += edge.config.pointer_ttl_s
    response = edge.get("/p/sale", token=edge.token())
    assert response["body"] == "2 days left"
    assert "release=r1" in (header(response, "X-Edgefill") or "")
    assert edge.log[-1]["error"] == "ObjectCorrupt"


def test_a_canary_is_seen_by_its_share_of_subjects_and_by_no_anonymous(edge: Any) -> None:
    """The same ones every time."""
    edge.canary(20)
    edge.start()

    def seen(subject: str) -> bool:
        response = edge.get("/p/sale", token=edge.token(subject=subject))
        return bool(response["body"].startswith("canary: "))

    chosen = [subject for subject in map(str, range(300)) if seen(subject)]
    assert 30 < len(chosen) < 90
    assert all(map(seen, chosen))
    assert edge.get("/p/sale")["body"] == "2 days left"


def test_a_pack_that_lies_in_the_wrong_place_is_not_served(edge: Any) -> None:
    """Neither as another locale nor as another experience."""
    edge.store.objects["t/r/r1/sale/en.json"] = edge.store.objects["t/r/r1/sale/de.json"]
    assert is_miss(edge.get("/p/sale"))


def test_a_corrupt_program_is_a_miss_for_its_key_alone(edge: Any) -> None:
    """The other cases of the pack are served."""
    pack = json.loads(edge.store.objects["t/r/r1/order-delayed/en.json"])
    pack["programs"]["basic"] = {"v": 1, "body": "__import__('os')"}
    edge.store.put("t/r/r1/order-delayed/en.json", pack)
    forwarded = edge.get("/p/order-delayed")
    assert forwarded["headers"]["x-edgefill-key"][0]["value"] == "order-delayed/en/basic"
    assert edge.log == [{"event": "corrupt", "release": "r1", "key": "order-delayed/en/basic"}]
    assert edge.get("/p/order-delayed", token=edge.token())["status"] == "200"


def test_a_body_beyond_cloudfronts_limit_becomes_the_fallback(edge: Any) -> None:
    """AWS would answer 502, in production only."""
    write(edge, programs={"any": text("x" * MAX_RESPONSE)})
    response = edge.get("/p/sale")
    assert response["body"] == "Fallback"
    assert header(response, "X-Edgefill") == "fallback; template=sale/en/any; reason=oversize"
    assert edge.log == [{"event": "oversize", "key": "sale/en/any"}]


@pytest.mark.parametrize("fallback", ["oversize", "corrupt"])
def test_a_fallback_that_cannot_serve_either_is_a_miss(edge: Any, fallback: str) -> None:
    """The API may do better."""
    huge = text("x" * MAX_RESPONSE)
    write(edge, programs={"any": huge}, fallback=huge if fallback == "oversize" else {})
    assert is_miss(edge.get("/p/sale"))


def text(body: str) -> dict[str, Any]:
    return {
        "v": 1,
        "format": "text",
        "slots": [],
        "personal": False,
        "max_bytes": 9,
        "formats": [],
        "body": [body],
    }


def write(edge: Any, **changes: Any) -> None:
    """The sale's pack, tampered with."""
    path = "t/r/r1/sale/en.json"
    edge.store.put(path, json.loads(edge.store.objects[path]) | changes)


def test_a_fault_of_ours_is_a_miss_and_one_line(edge: Any) -> None:
    """By type and place, never by a message that could hold a value."""

    def broken() -> float:
        raise ZeroDivisionError("Ada")

    edge.clock = broken
    edge.start()
    assert is_miss(edge.get("/p/sale", token=edge.token(now=0)))
    (line,) = edge.log
    assert line["event"] == "failure"
    assert line["error"] == "ZeroDivisionError"
    assert "test_handler.py:" in str(line["at"])
    assert "Ada" not in json.dumps(line)


def test_two_visitors_never_see_each_others_values(edge: Any) -> None:
    """One template, one environment, each his own fill."""
    ada, grace = edge.token(), edge.token(subject="u2", slots={"name": "Grace"})
    pages = [
        edge.get("/p/order-delayed", token=token)["body"] for token in (ada, grace, ada, grace)
    ]
    assert ["Ada" in page for page in pages] == [True, False, True, False]
    assert ["Grace" in page for page in pages] == [False, True, False, True]


def test_no_value_reaches_a_header_or_the_log(edge: Any) -> None:
    """Names, tokens and subjects stay in bodies and tokens."""
    token = edge.token(subject="subject-u1", slots={"name": "Ada Lovelace", "days": 77})
    response = edge.get("/p/order-delayed", token=token)
    told = json.dumps([response["headers"], edge.log])
    assert not [secret for secret in ("Ada", "77", "subject-u1", token) if secret in told]


def test_the_entry_point_is_configured_once_for_a_distribution(edge: Any, make_event: Any) -> None:
    """On the first event, which names the domain that the store lies behind."""
    read: list[int] = []

    def read_config() -> Config:
        read.append(1)
        edge.start(store_url="http://127.0.0.1:9")  # the discard port: nobody answers
        config: Config = edge.config
        return config

    handle = per_distribution(read_config)
    event = make_event("/p/sale")
    assert is_miss(handle(event, None))
    assert is_miss(handle(event, None))
    event["Records"][0]["cf"]["config"]["distributionDomainName"] = "other.cloudfront.net"
    assert is_miss(handle(event, None))
    assert len(read) == 2


def test_a_pack_that_cannot_be_had_is_a_miss(edge: Any) -> None:
    """And the next visitor does not wait for it again."""
    del edge.store.objects["t/r/r1/sale/en.json"]
    assert is_miss(edge.get("/p/sale"))
    assert is_miss(edge.get("/p/sale"))
    assert edge.store.fetched.count("t/r/r1/sale/en.json") == 1
