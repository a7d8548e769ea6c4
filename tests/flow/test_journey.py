"""The journey of a request through the whole stack."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgefill.local.services.identity import DevVisitor
from edgefill.local.traffic.load_test import run_load_test

if TYPE_CHECKING:
    from tests.flow.conftest import Answer, World

pytestmark = pytest.mark.stack

WELCOME = "/p/welcome?locale=de"  # in the first release, whatever the case
ADA = DevVisitor(
    subject="ada",
    locale="de",
    case={"tier": "gold", "lifecycle": "active"},
    slots={"name": "Ada", "order_id": "TT-1815", "plan": "Flood"},
)


def test_a_hit_is_filled_at_the_edge_and_kept_by_nobody(world: World) -> None:
    """A visitor reads a published template with their own name in it; no cache may keep it."""
    answer = world.get(WELCOME, ADA)
    assert (answer.status, answer.outcome) == (200, "hit")
    assert "Ada" in answer.text
    assert answer.headers["cache-control"] == "private, no-store, stale-if-error=0"
    assert answer.headers["x-cache"] == "LambdaGeneratedResponse from cloudfront"
    assert answer.headers["content-language"] == "de"
    assert "server-timing" in answer.headers


def test_a_miss_is_written_once_and_is_a_hit_for_everybody_after(world: World) -> None:
    """The first visitor of a key waits for the model, the next one is served at the edge."""
    ask, before = world.miss(), world.gpu_calls()
    first = world.send(ask)
    assert (first.status, first.outcome) == (200, "miss")
    assert "generated=true" in first.headers["x-edgefill"]
    later = world.until_hit(ask.path, ask.visitor)
    assert later.outcome == "hit"
    assert later.text == first.text
    assert world.gpu_calls() == before + 1


def test_two_hundred_simultaneous_misses_of_one_key_are_one_generation(world: World) -> None:
    """Single flight: everybody gets the same text, and the model is asked once."""
    ask, before = world.miss("loyalty-status"), world.gpu_calls()
    assert ask.visitor is not None
    crowd = [replace(ask.visitor, subject=f"one-of-{number}") for number in range(200)]
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda visitor: world.get(ask.path, visitor), crowd))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers if answer.outcome != "fallback"}) == 1
    assert world.gpu_calls() == before + 1


def test_visitors_never_see_each_other(world: World) -> None:
    """Fifty visitors ask for the same paths at once; each answer holds one name, their own."""
    names = [f"Visitor{number:03}" for number in range(50)]
    crowd = [replace(ADA, subject=name, slots={"name": name}) for name in names]

    def visit(visitor: DevVisitor) -> list[Answer]:
        return [world.get(WELCOME, visitor) for _ in range(4)]

    with ThreadPoolExecutor(25) as threads:
        for name, answers in zip(names, threads.map(visit, crowd), strict=True):
            for answer in answers:
                assert [other for other in names if other in answer.text] == [name]


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/p/no-such-thing", 404, "no-such-thing"),
        ("/p/welcome?locale=x!", 400, "x!"),
        ("/p/welcome?shoe_size=44", 400, "shoe_size"),
        ("/p/welcome?locale=" + "d" * 3000, 400, "query"),
        ("/p/order-delayed?order_id=TT-1", 400, "order_id"),
    ],
)
def test_a_wrong_request_is_refused_by_name_and_asks_no_model(
    world: World, path: str, status: int, named: str
) -> None:
    """Bad requests are problem+json that names what is wrong; nothing is generated for them."""
    before = world.gpu_calls()
    answer = world.get(path)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert named in json.loads(answer.text)["detail"]
    assert world.gpu_calls() == before


def test_a_tampered_token_is_never_filled(world: World) -> None:
    """Where the experience needs a visitor it is a 401, elsewhere the anonymous text."""
    token = world.token(ADA)
    cookie = f"edgefill_profile={token[:-8]}{'A' * 8}"
    needed = world.get("/p/subscription-renewal", Cookie=cookie)
    allowed = world.get(WELCOME, Cookie=cookie)
    assert needed.status == 401
    assert "Ada" not in needed.text
    assert allowed.status == 200
    assert "Ada" not in allowed.text


def test_a_viewer_cannot_forge_the_edges_own_headers(world: World) -> None:
    """X-Edgefill-Key and X-Edgefill-Profile from outside reach neither the edge nor the API."""
    ask = world.miss("delivery-slot")
    forged = {"X_Edgefill_Key": "welcome/en/any", "X_Edgefill_Profile": world.token(ADA)}
    answer = world.get(ask.path, ask.visitor, **forged)
    assert f"template={ask.key}" in answer.headers["x-edgefill"]
    assert "Ada" not in answer.text


def test_head_is_get_without_its_body(world: World) -> None:
    """HEAD has the status and headers of GET."""
    head, get = world.get(WELCOME, ADA, method="HEAD"), world.get(WELCOME, ADA)
    assert (head.status, head.text) == (200, "")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["x-edgefill"] == get.headers["x-edgefill"]


def test_posting_is_refused_by_the_distribution(world: World) -> None:
    """The behaviours take GET and HEAD."""
    assert world.get(WELCOME, method="POST").status == 403


def test_what_else_the_bucket_holds_is_not_served(world: World) -> None:
    """Packs are public; manifests and template sources are not on the CDN."""
    assert world.get("/t/current.json").status == 200
    release = json.loads(world.get("/t/current.json").text)["current"]["release"]
    assert world.get(f"/releases/{release}/manifest.json").status == 404


def test_the_demo_shop_logs_a_visitor_in_through_the_cdn(world: World) -> None:
    """The login route sets the profile cookie; nobody unknown gets one."""
    assert world.get("/demo/login?profile=nobody").status == 404
    assert world.get("/demo/login?profile=../../x").status == 404
    assert "Max-Age=0" in world.get("/demo/logout").headers["set-cookie"]


def test_the_traffic_mix_hits_and_every_miss_heals(world: World) -> None:
    """Of a Zipf mix at least 90% are hits, nothing is a 5xx, and missed keys become hits."""
    done = run_load_test(world.stack.run_file, world.stack.identity, world.mix, 600)
    assert done.report.errors == done.report.refused == 0
    assert done.report.hit_ratio >= 0.9
    assert done.still_missing == ()
    assert done.gpu_calls == len(done.report.missed_keys)


def test_a_rollback_is_seen_at_the_edge(world: World) -> None:
    """`edgefill rollback` serves the release before; visitors see it within the pointer's TTL."""
    first = world.get(WELCOME, ADA).headers["x-edgefill"]
    world.publish()
    world.pass_pointer_ttl()
    second = world.until(lambda: world.get(WELCOME, ADA), first)
    assert second != first
    state = str(world.stack.options.state)
    subprocess.run([sys.executable, "-m", "edgefill.cli", "rollback", "--state", state], check=True)
    world.pass_pointer_ttl()
    assert world.until(lambda: world.get(WELCOME, ADA), second) == first
