"""Misses and failures of the store, which a visitor never sees."""

import json
from typing import Any

import pytest

from lambdas.edge.config import EdgeConfig
from lambdas.edge.handler import create_distribution_handler
from lambdas.edge.page import MAX_RESPONSE
from tests.lambdas.edge.responses import header, is_miss


def test_a_miss_forwards_the_request_with_key_and_token(edge: Any, make_event: Any) -> None:
    """In headers that only the edge can set; no other header carries credentials."""
    token = edge.token(case={"tier": "basic"})
    headers_in = {
        "cookie": f"edgefill_profile={token}",
        "authorization": "Basic x",
        "x-edgefill-key": "sale/en/any",
        "X-Edgefill-Profile": "forged",
        "x-edgefill-other": "forged",
        "if-none-match": '"tag"',
    }
    event = make_event("/p/order-delayed?days=3", headers=headers_in)
    request = edge.handle(event, None)
    original = event["Records"][0]["cf"]["request"]
    assert {name: request[name] for name in original if name != "headers"} == {
        name: original[name] for name in original if name != "headers"
    }
    headers = request["headers"]
    assert headers["x-edgefill-key"] == [
        {"key": "X-Edgefill-Key", "value": "order-delayed/en/basic"}
    ]
    assert headers["x-edgefill-profile"] == [{"key": "X-Edgefill-Profile", "value": token}]
    untouched = {"x-forwarded-for", "user-agent", "via", "host", "cache-control", "if-none-match"}
    assert headers.keys() == untouched | {"x-edgefill-key", "x-edgefill-profile"}
    assert all(headers[name] == original["headers"][name] for name in untouched)


@pytest.mark.parametrize("token", [None, "A" * 10_000, "a\r\nb", "ü"])
def test_a_token_that_fits_no_header_is_not_forwarded(edge: Any, token: str | None) -> None:
    """It is empty, too long or not printable ASCII."""
    request = edge.get("/p/order-delayed", token=token)
    assert is_miss(request)
    assert "x-edgefill-profile" not in request["headers"]
    assert "cookie" not in request["headers"]


def test_a_held_text_is_not_served(edge: Any) -> None:
    """The edge neither serves it nor asks for it."""
    edge.overlay("order-delayed/en/basic", ["Held"])
    overlay = edge.store.objects.pop("t/live/order-delayed/en/basic.json")
    edge.store.objects["held/order-delayed/en/basic.json"] = overlay
    assert is_miss(edge.get("/p/order-delayed"))
    assert not [path for path in edge.store.fetched if "held" in path]


def test_a_template_written_back_turns_the_miss_into_a_hit(edge: Any) -> None:
    """After the negative TTL."""
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
    edge.store.put("t/live/order-delayed/en/basic.json", {"v": 2, "version": "v1"})
    assert is_miss(edge.get("/p/order-delayed"))
    assert [line["event"] for line in edge.log] == ["store"]


def test_an_overlay_from_before_the_judge_is_a_miss(edge: Any) -> None:
    """No judge has read its text."""
    edge.overlay("order-delayed/en/basic", ["Unread"])
    overlay = json.loads(edge.store.objects["t/live/order-delayed/en/basic.json"])
    edge.store.put("t/live/order-delayed/en/basic.json", overlay | {"v": 1})
    assert is_miss(edge.get("/p/order-delayed"))


def test_an_unreachable_store_is_a_miss_without_a_key(edge: Any) -> None:
    """The API has the catalogue."""
    edge.store.down = True
    request = edge.get("/p/sale")
    assert is_miss(request)
    assert "x-edgefill-key" not in request["headers"]
    assert edge.log[-1] == {"event": "no-pack", "error": "StoreUnavailable"}


def test_a_missing_pointer_is_a_miss(edge: Any) -> None:
    """Nothing was ever published."""
    edge.store.objects.clear()
    assert is_miss(edge.get("/p/sale"))


def test_cached_objects_are_served_while_the_store_is_down(edge: Any) -> None:
    """Stale, and the store gets only one request per cooldown."""
    edge.get("/p/sale")
    edge.store.down = True
    edge.tick.now += 60
    before = len(edge.store.fetched)
    assert edge.get("/p/sale")["body"] == "2 days left"
    assert edge.get("/p/sale")["body"] == "2 days left"
    assert len(edge.store.fetched) == before + 1
    assert edge.log[-1]["served"] == "stale"


def test_a_new_release_is_served_within_the_pointers_ttl(edge: Any) -> None:
    """And fetched pack by pack."""
    edge.get("/p/sale")
    edge.canary(100)
    edge.store.objects["t/current.json"] = edge.store.objects["t/current.json"]
    edge.tick.now += edge.config.pointer_ttl_s
    response = edge.get("/p/sale", token=edge.token())
    assert response["body"].startswith("canary: ")
    assert "release=r2" in (header(response, "X-Edgefill") or "")


def test_a_release_whose_pack_is_missing_is_served_from_the_old_one(edge: Any) -> None:
    """The pack of another release, if it is cached."""
    edge.get("/p/sale")
    edge.canary(100)
    edge.store.objects["t/r/r2/sale/en.json"] = b"{"
    edge.tick.now += edge.config.pointer_ttl_s
    response = edge.get("/p/sale", token=edge.token())
    assert response["body"] == "2 days left"
    assert "release=r1" in (header(response, "X-Edgefill") or "")
    assert edge.log[-1]["error"] == "ObjectCorrupt"


def test_a_canary_is_served_to_its_share_of_subjects_and_never_anonymously(edge: Any) -> None:
    """Always to the same subjects."""
    edge.canary(20)
    edge.start()

    def is_canary(subject: str) -> bool:
        response = edge.get("/p/sale", token=edge.token(subject=subject))
        return bool(response["body"].startswith("canary: "))

    chosen = [subject for subject in map(str, range(300)) if is_canary(subject)]
    assert 30 < len(chosen) < 90
    assert all(map(is_canary, chosen))
    assert edge.get("/p/sale")["body"] == "2 days left"


def test_a_pack_in_the_wrong_place_is_not_served(edge: Any) -> None:
    """Neither for another locale nor for another experience."""
    edge.store.objects["t/r/r1/sale/en.json"] = edge.store.objects["t/r/r1/sale/de.json"]
    assert is_miss(edge.get("/p/sale"))


def test_a_corrupt_program_is_a_miss_only_for_its_key(edge: Any) -> None:
    """The other cases of the pack are served."""
    pack = json.loads(edge.store.objects["t/r/r1/order-delayed/en.json"])
    pack["programs"]["basic"] = {"v": 1, "body": "__import__('os')"}
    edge.store.put("t/r/r1/order-delayed/en.json", pack)
    request = edge.get("/p/order-delayed")
    assert request["headers"]["x-edgefill-key"][0]["value"] == "order-delayed/en/basic"
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
    """The API may still answer."""
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


def test_a_defect_of_the_edge_is_a_miss_and_one_log_line(edge: Any) -> None:
    """The line has type and place, never a message that could hold a value."""

    def broken() -> float:
        raise ZeroDivisionError("Ada")

    edge.clock = broken
    edge.start()
    assert is_miss(edge.get("/p/sale", token=edge.token(now=0)))
    (line,) = edge.log
    assert line["event"] == "failure"
    assert line["error"] == "ZeroDivisionError"
    assert "test_misses.py:" in str(line["at"])
    assert "Ada" not in json.dumps(line)


def test_two_visitors_never_see_each_others_values(edge: Any) -> None:
    """One template and one environment, but a fill for each visitor."""
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
    text = json.dumps([response["headers"], edge.log])
    assert not [secret for secret in ("Ada", "77", "subject-u1", token) if secret in text]


def test_the_entry_point_is_configured_once_for_a_distribution(edge: Any, make_event: Any) -> None:
    """By the first event, which names the domain of the store."""
    read: list[int] = []

    def read_config() -> EdgeConfig:
        read.append(1)
        edge.start(store_url="http://127.0.0.1:9")  # the discard port: nobody answers
        config: EdgeConfig = edge.config
        return config

    handle = create_distribution_handler(read_config)
    event = make_event("/p/sale")
    assert is_miss(handle(event, None))
    assert is_miss(handle(event, None))
    event["Records"][0]["cf"]["config"]["distributionDomainName"] = "other.cloudfront.net"
    assert is_miss(handle(event, None))
    assert len(read) == 2


def test_a_pack_that_cannot_be_fetched_is_a_miss(edge: Any) -> None:
    """The next visitor does not wait for it again."""
    del edge.store.objects["t/r/r1/sale/en.json"]
    assert is_miss(edge.get("/p/sale"))
    assert is_miss(edge.get("/p/sale"))
    assert edge.store.fetched.count("t/r/r1/sale/en.json") == 1
