"""What became of a request is told by its answer, and a template counts when it compiles."""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import httpx
import pytest

from edgefill.core.errors import InvalidEngineOutput
from edgefill.local.gpu_rehearsal.drafts import ATTEMPTS, KEYS, DemoDrafts, send_request

DRAFTS = DemoDrafts(Path("templates"))
GOOD = "<p>Hello {{ name }}, {{ order_id }} comes late. Sorry!</p>"


def make_client(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(base_url="http://gpu", transport=httpx.MockTransport(handler))


def break_connection(_: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("peer closed the connection")


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (lambda _: httpx.Response(200, json={"template": "x"}), "answered"),
        (lambda _: httpx.Response(503, headers={"Retry-After": "1"}), "refused"),
        (lambda _: httpx.Response(429, headers={"Retry-After": "1"}), "refused"),
        (lambda _: httpx.Response(503), "lost"),
        (lambda _: httpx.Response(502, headers={"Retry-After": "1"}), "lost"),
        (lambda _: httpx.Response(200, text="not JSON"), "lost"),
        (break_connection, "lost"),
    ],
)
def test_only_a_refusal_with_retry_after_is_not_a_loss(
    handler: Callable[[httpx.Request], httpx.Response], kind: str
) -> None:
    """A broken connection, another status and a broken body are losses."""
    assert send_request(make_client(handler), "/v1/templates", {}).kind == kind


def answer_with(*texts: str) -> tuple[httpx.Client, list[int]]:
    """A client whose service answers with these texts, one after the other, and their seeds."""
    seeds: list[int] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seeds.append(json.loads(request.content)["seed"])
        text = texts[min(len(seeds), len(texts)) - 1]
        usage = {"prompt_tokens": 1, "completion_tokens": 1}
        body = {"template": text, "model": "m", "finish_reason": "stop", "usage": usage}
        return httpx.Response(200, json=body)

    return make_client(handle), seeds


def test_a_template_is_requested_until_it_compiles() -> None:
    """With another seed each time, because the lint also judges quality."""
    client, seeds = answer_with("<p>Hello.</p>", GOOD)
    assert DRAFTS.write_template(client, KEYS[0]) == GOOD
    assert seeds == [1, 2]


def test_a_text_that_breaks_the_grammar_is_reported() -> None:
    """With the compiler's words and the text."""
    client, seeds = answer_with("<p>Hello {{ secret }}</p>")
    with pytest.raises(InvalidEngineOutput, match=r"no text compiles; .*secret"):
        DRAFTS.write_template(client, KEYS[0])
    assert len(seeds) == ATTEMPTS


def test_a_request_that_is_not_answered_is_reported() -> None:
    """With the status."""
    client = make_client(lambda _: httpx.Response(500, text="broken"))
    with pytest.raises(InvalidEngineOutput, match=f"{KEYS[0]}: 500 broken"):
        DRAFTS.write_template(client, KEYS[0])


def test_the_load_has_every_format_and_no_body_twice() -> None:
    """So nothing is answered from a cache."""
    bodies = list(islice(DRAFTS.iterate_bodies(), 6))
    assert {body["format"] for body in bodies} == {"html", "text", "json"}
    assert len({body["seed"] for body in bodies}) == 6
    assert all(body["constrained"] and body["slots"] for body in bodies)
