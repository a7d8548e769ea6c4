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
    from tests.flow.conftest import VisitorAnswer, World

pytestmark = pytest.mark.stack

WELCOME = "/p/welcome?locale=en"  # Ada's is in the first release
ADA = DevVisitor(
    subject="ada",
    locale="de",
    case={"tier": "gold", "lifecycle": "active"},
    slots={"name": "Ada", "order_id": "TT-1815", "plan": "Flood"},
)


def test_a_hit_is_filled_at_the_edge_and_not_cached(world: World) -> None:
    """A visitor gets a published template with their own name in it."""
    answer = world.get(WELCOME, ADA)
    assert (answer.status, answer.outcome) == (200, "hit")
    assert "Ada" in answer.text
    assert answer.headers["cache-control"] == "private, no-store, stale-if-error=0"
    assert answer.headers["x-cache"] == "LambdaGeneratedResponse from cloudfront"
    assert answer.headers["content-language"] == "en"
    assert "server-timing" in answer.headers


def test_a_miss_is_generated_once_and_then_is_a_hit(world: World) -> None:
    """The first visitor of a key waits for the model; the edge answers the next one."""
    request, before = world.find_miss(), world.count_gpu_calls()
    first = world.send(request)
    assert (first.status, first.outcome) == (200, "miss")
    assert "generated=true" in first.headers["x-edgefill"]
    later = world.wait_for_hit(request.path, request.visitor)
    assert later.outcome == "hit"
    assert later.text == first.text
    assert world.count_gpu_calls() == before + 1


def test_two_hundred_simultaneous_misses_of_one_key_are_one_generation(world: World) -> None:
    """Single flight: all visitors get the same text, and the model is called once."""
    request, before = world.find_miss("loyalty-status"), world.count_gpu_calls()
    assert request.visitor is not None
    crowd = [replace(request.visitor, subject=f"one-of-{number}") for number in range(200)]
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda visitor: world.get(request.path, visitor), crowd))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers if answer.outcome != "fallback"}) == 1
    assert world.count_gpu_calls() == before + 1


def test_visitors_never_see_each_other(world: World) -> None:
    """Fifty visitors request the same path at once; each answer has only their own name."""
    names = [f"Visitor{number:03}" for number in range(50)]
    crowd = [replace(ADA, subject=name, slots={"name": name}) for name in names]

    def visit(visitor: DevVisitor) -> list[VisitorAnswer]:
        return [world.get(WELCOME, visitor) for _ in range(4)]

    with ThreadPoolExecutor(25) as threads:
        for name, answers in zip(names, threads.map(visit, crowd), strict=True):
            for answer in answers:
                assert [other for other in names if other in answer.text] == [name]


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/p/no-such-thing", 404, "no-such-thing"),
        ("/p/welcome?locale=x!", 400, "x!"),
        ("/p/welcome?locale=en&locale=de", 400, "locale"),
        ("/p/welcome?locale=" + "d" * 3000, 400, "language tag"),
    ],
)
def test_a_bad_request_is_refused_without_a_model_call(
    world: World, path: str, status: int, name: str
) -> None:
    """The response is problem+json that names the error."""
    before = world.count_gpu_calls()
    answer = world.get(path)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert name in json.loads(answer.text)["detail"]
    assert world.count_gpu_calls() == before


@pytest.mark.parametrize(
    "path",
    [
        *("/p/welcome/?locale=en", "/p/%77elcome?locale=en", "/p/welc%6Fme/?locale=en"),
        *("/p/welcome?utm_source=x&locale=en&utm_source=y", "/p/welcome?locale=en&fbclid=%ff"),
        *(
            "/p/welcome?locale=en&name=Eve&percent=99",
            "/p/welcome?shop_url=//evil.example&locale=en",
        ),
    ],
)
def test_a_decorated_link_leads_to_the_same_page(world: World, path: str) -> None:
    """Campaigns add parameters and slashes; nothing of the query is filled in."""
    plain, decorated = world.get("/p/welcome?locale=en"), world.get(path)
    assert (decorated.status, decorated.text) == (200, plain.text)


def test_a_tampered_token_is_never_filled(world: World) -> None:
    """An experience that needs a visitor answers 401, others with the anonymous text."""
    token = world.mint_token(ADA)
    cookie = f"edgefill_profile={token[:-8]}{'A' * 8}"
    refused = world.get("/p/subscription-renewal", Cookie=cookie)
    anonymous = world.get(WELCOME, Cookie=cookie)
    assert refused.status == 401
    assert "Ada" not in refused.text
    assert anonymous.status == 200
    assert "Ada" not in anonymous.text


def test_a_viewer_cannot_forge_the_edges_own_headers(world: World) -> None:
    """A viewer's X-Edgefill-Key and X-Edgefill-Profile reach neither the edge nor the API."""
    request = world.find_miss("delivery-slot")
    forged = {"X_Edgefill_Key": "welcome/en/any", "X_Edgefill_Profile": world.mint_token(ADA)}
    answer = world.get(request.path, request.visitor, **forged)
    assert f"template={request.key}" in answer.headers["x-edgefill"]
    assert "Ada" not in answer.text


def test_head_is_get_without_its_body(world: World) -> None:
    """HEAD has the status and headers of GET."""
    head, get = world.get(WELCOME, ADA, method="HEAD"), world.get(WELCOME, ADA)
    assert (head.status, head.text) == (200, "")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["x-edgefill"] == get.headers["x-edgefill"]


def test_posting_is_refused_by_the_distribution(world: World) -> None:
    """The behaviours allow only GET and HEAD."""
    assert world.get(WELCOME, method="POST").status == 403


def test_private_objects_of_the_bucket_are_not_served(world: World) -> None:
    """Packs are public; manifests and template sources are not on the CDN."""
    assert world.get("/t/current.json").status == 200
    release = json.loads(world.get("/t/current.json").text)["current"]["release"]
    assert world.get(f"/releases/{release}/manifest.json").status == 404


def test_the_demo_shop_logs_a_visitor_in_through_the_cdn(world: World) -> None:
    """The login route sets the profile cookie; an unknown visitor gets none."""
    assert world.get("/demo/login?profile=nobody").status == 404
    assert world.get("/demo/login?profile=../../x").status == 404
    assert "Max-Age=0" in world.get("/demo/logout").headers["set-cookie"]


def test_most_traffic_hits_and_every_miss_becomes_a_hit(world: World) -> None:
    """At least 90% of Zipf-distributed requests are hits, and none is an error."""
    result = run_load_test(world.stack.run_file, world.stack.identity, world.traffic, 600)
    assert result.report.errors == result.report.refused == 0
    assert result.report.hit_ratio >= 0.9
    assert result.still_missing == ()
    drafted = [key for key in result.report.missed_keys if not key.startswith("order-delayed-sms/")]
    # a derived key has its source drafted, which may have been missed by nobody
    assert len(drafted) <= result.gpu_calls <= len(result.report.missed_keys)


def test_a_rollback_is_seen_at_the_edge(world: World) -> None:
    """`edgefill rollback` serves the previous release within the pointer's TTL."""
    first = world.get(WELCOME, ADA).headers["x-edgefill"]
    world.publish()
    world.pass_pointer_ttl()
    second = world.wait_for_change(lambda: world.get(WELCOME, ADA), first)
    assert second != first
    state = str(world.stack.options.state)
    subprocess.run([sys.executable, "-m", "edgefill.cli", "rollback", "--state", state], check=True)
    world.pass_pointer_ttl()
    assert world.wait_for_change(lambda: world.get(WELCOME, ADA), second) == first
