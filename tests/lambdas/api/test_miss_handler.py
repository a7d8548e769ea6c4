"""How the API resolves a request, what it refuses, and what it never reveals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgefill.core.errors import EngineUnavailable

NOW = 1_795_000_000.0


def outcome(answer: Any) -> str:
    return str(answer.headers["X-Edgefill"])


def test_without_the_edges_key_the_catalogue_resolves_it(world: Any, good: Any, token: Any) -> None:
    """From the token's case and locale, as the edge does."""
    answer = world(good).get(
        "order-delayed", token=token(locale="de-AT", case={"tier": "gold", "lifecycle": "new"})
    )
    assert "template=order-delayed/de/gold.any;" in outcome(answer)


@pytest.mark.parametrize(
    ("fields", "locale"),
    [
        ({"query": "locale=de"}, "de"),
        ({"accept_language": "gsw, en;q=0.5"}, "de"),
        ({"accept_language": "fr"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_is_negotiated(
    world: Any, good: Any, fields: dict[str, str], locale: str
) -> None:
    """Query, then token, then browser, then the default."""
    answer = world(good).get("welcome", **fields)
    assert answer.headers["Content-Language"] == locale


@pytest.mark.parametrize(
    "key",
    [
        "order-delayed/de/platinum.any",  # no such case
        "order-delayed/fr/gold.any",  # no such locale
        "welcome/de/gold.any",  # another experience
        "order-delayed/de",
        "../../t/current",
        "order-delayed/de/gold.any/x",
        "x" * 10_000,
    ],
)
def test_a_key_that_the_catalogue_does_not_have_is_resolved_again(
    world: Any, good: Any, key: str
) -> None:
    """A forged header reaches neither the store nor the model."""
    shop = world(good)
    answer = shop.get("order-delayed", key=key, query="locale=de")
    assert "template=order-delayed/de/any.any;" in outcome(answer)
    assert list(shop.adapters.objects.list_keys("t/")) == ["t/live/order-delayed/de/any.any.json"]


@pytest.mark.parametrize(
    ("experience", "query", "status", "detail"),
    [
        ("order-lost", "", 404, "order-lost"),
        ("order-delayed", "locale=de&locale=en", 400, "locale"),
        ("order-delayed", "locale=!!", 400, "!!"),
        ("order-delayed", "locale=%ff", 400, "query"),
        ("order-delayed", "locale=" + "x" * 9000, 400, "9007"),
    ],
)
def test_an_invalid_request_is_refused_without_a_model(
    world: Any, experience: str, query: str, status: int, detail: str
) -> None:
    """The problem+json names the error; nothing is generated, counted or queued."""
    shop = world([])
    answer = shop.get(experience, query=query)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert detail in answer.body
    assert shop.generator.orders == []
    assert shop.queue_bodies == []
    assert shop.adapters.counts.list_top(1) == []


def test_what_took_its_default_is_logged_by_name(world: Any, good: Any, token: Any) -> None:
    """A slot and a dimension, with one word and never the value."""
    shop = world(good)
    answer = shop.get(
        "order-delayed", token=token(name="A" * 500, case={"tier": "gold", "lifecycle": None})
    )
    assert answer.status == 200
    assert answer.headers["X-Edgefill-Slots"] == "name=length, case.lifecycle=type"
    (line,) = [line for line in shop.log if line["event"] == "slot-default"]
    assert line["slots"] == {"name": "length", "case.lifecycle": "type"}
    assert "AAAA" not in shop.log_stream.getvalue()


def test_a_bad_token_is_anonymous_where_that_is_allowed(world: Any, good: Any, token: Any) -> None:
    """The text is not personal, and a header says why."""
    answer = world(good).get("order-delayed", token=token(name="Ada", expires=NOW - 60))
    assert answer.status == 200
    assert "Ada" not in answer.body
    assert answer.headers["X-Edgefill-Token"] == "refused; reason=expired"
    assert answer.headers["Cache-Control"] == "private, no-store, stale-if-error=0"


def test_a_bad_token_is_401_where_a_token_is_needed(world: Any, good: Any, token: Any) -> None:
    """The same as without a token."""
    shop = world(good)
    closed = [
        entry.experience.id
        for entry in shop.dependencies.catalogue.entries.values()
        if not entry.experience.anonymous
    ]
    assert closed
    for viewer_token in (None, token(expires=NOW - 60)):
        answer = shop.get(closed[0], token=viewer_token)
        assert answer.status == 401
        assert "WWW-Authenticate" in answer.headers
    assert shop.generator.orders == []


def test_a_miss_is_not_cached(world: Any, good: Any) -> None:
    """Even if it holds nothing personal: the next answer is a hit, and should say so."""
    shop = world(good)
    for generated in ("true", "false"):
        answer = shop.get("flash-sale", query="locale=en")
        assert f"miss; template=flash-sale/en/any.any; generated={generated}" in str(answer.headers)
        assert answer.headers["Cache-Control"] == "private, no-store, stale-if-error=0"
        assert "ETag" not in answer.headers


def test_a_text_in_the_browsers_language_is_private(world: Any, good: Any) -> None:
    """The cache key does not include Accept-Language."""
    answer = world(good).get("flash-sale", accept_language="de")
    assert answer.headers["Cache-Control"] == "private, no-store, stale-if-error=0"


def test_head_is_get_without_its_body(world: Any, good: Any) -> None:
    """Only the headers."""
    answer = world(good).get("order-delayed", method="HEAD")
    assert (answer.status, answer.body) == (200, "")
    assert outcome(answer).startswith("miss")


def test_a_refused_value_is_named_without_it(world: Any, good: Any, token: Any) -> None:
    """The slot's default is used."""
    answer = world(good).get("order-delayed", token=token(name="A" * 500))
    assert answer.headers["X-Edgefill-Slots"] == "name=length"
    assert "AAAA" not in answer.body


def test_a_defect_is_logged_by_its_place(world: Any) -> None:
    """500 problem+json; the log has the type and the place but nothing of the request."""

    def broken() -> float:
        raise RuntimeError("the secret is order-delayed")

    shop = world([], adapters={"clock": broken})
    answer = shop.get("order-delayed", token="a.b.c")
    assert answer.status == 500
    fault = next(line for line in shop.log if line["event"] == "fault")
    assert fault["error"] == "RuntimeError"
    assert fault["at"].startswith("test_miss_handler.py:")
    assert "secret" not in shop.log_stream.getvalue() + answer.body


SENTINEL = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=12, max_size=24).map("Zq{}qZ".format)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=SENTINEL, order=SENTINEL, subject=SENTINEL, address=SENTINEL, works=st.booleans())
def test_nothing_personal_leaves_the_answer(
    world: Any, good: Any, token: Any, name: str, order: str, subject: str, address: str,
    works: bool,
) -> None:  # fmt: skip
    """It reaches neither model, store, queue, lease, budgets and log nor a header."""
    shop = world(good if works else [EngineUnavailable("down")])
    viewer_token = token(subject=subject, name=name, order_id=order)
    answer = shop.get("order-delayed", token=viewer_token, address=address)
    assert name in answer.body
    assert order in answer.body
    places = [
        repr(shop.generator.orders),
        repr([shop.adapters.objects.get(key) for key in shop.adapters.objects.list_keys("")]),
        repr(list(shop.adapters.objects.list_keys(""))),
        repr(shop.queue_bodies),
        repr(vars(shop.adapters.leases)),
        repr(vars(shop.adapters.budgets)),
        repr(vars(shop.adapters.counts)),
        shop.log_stream.getvalue(),
        repr(answer.headers),
    ]
    for secret in (name, order, subject, address, viewer_token):
        assert not [place for place in places if secret in place]
