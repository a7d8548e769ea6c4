"""Processes of the stack stop and start again without errors for visitors."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from edgefill.local.services.identity import DevVisitor
from edgefill.local.stack.edge_bundle import CONFIG
from edgefill.packs.layout import POINTER
from lambdas.edge.fetch import HttpFetch

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack

WELCOME = "/p/welcome?locale=en"
ADA = DevVisitor(subject="ada", locale="de", slots={"name": "Ada"})


def test_invalid_model_output_is_a_fallback(world: World) -> None:
    """When the model generates no valid template, the hand-written text is served with 200."""
    request = world.find_miss()
    goal = world.find_goal(request.key)
    world.invalid_goal.write_text(goal)
    try:
        answer = world.send(request)
    finally:
        world.invalid_goal.unlink()
    assert (answer.status, answer.outcome) == (200, "fallback")
    assert int(answer.headers["retry-after"]) > 0


def test_without_a_gpu_a_miss_is_a_fallback_and_becomes_a_hit_later(world: World) -> None:
    """The visitor gets no error, and the queued key is drafted once the GPU is back."""
    request, supervisor = world.find_miss(), world.stack.supervisor
    supervisor.stop("gpu")
    try:
        answer = world.send(request)
        hit = world.get(WELCOME, ADA)
    finally:
        supervisor.start([world.stack.build_spec("gpu")])
    assert (answer.status, answer.outcome) == (200, "fallback")
    assert int(answer.headers["retry-after"]) > 0
    assert hit.outcome == "hit"
    assert world.wait_for_hit(request.path, request.visitor).outcome == "hit"


def test_without_the_api_a_miss_is_a_fallback(world: World) -> None:
    """A hit needs no API, and the pack contains the hand-written text."""
    request, supervisor = world.find_miss(), world.stack.supervisor
    supervisor.stop("api")
    try:
        hit, miss = world.get(WELCOME, ADA), world.send(request)
    finally:
        supervisor.start([world.stack.build_spec("api")])
    assert hit.outcome == "hit"
    assert (miss.status, miss.outcome) == (200, "fallback")
    assert miss.headers["x-edgefill"].endswith("reason=api")


def test_with_a_frozen_api_a_miss_is_a_fallback(world: World) -> None:
    """It accepts connections and never answers; the CDN gives up once (infra/edge/origins.py)."""
    request, pid = world.find_miss(), world.stack.supervisor.list_pids()["api"]
    os.killpg(pid, signal.SIGSTOP)
    try:
        miss = world.send(request)
    finally:
        os.killpg(pid, signal.SIGCONT)
    assert (miss.status, miss.outcome) == (200, "fallback")
    assert miss.headers["x-edgefill"].endswith("reason=api")
    assert world.wait_for_hit(request.path, request.visitor).outcome == "hit"


def test_the_edges_fallback_store_has_the_pointer(world: World) -> None:
    """The fallback store, which the edge reads unsigned, has what visitors may read."""
    config = json.loads((world.stack.options.state / "edge" / CONFIG).read_text())
    fetch = HttpFetch(config["fallback_store_url"], timeout_s=60)
    try:
        assert fetch(POINTER, None).status == 200
    finally:
        fetch.close()


def test_without_the_store_stale_packs_serve(world: World) -> None:
    """While the store is down, packs in the CDN and the edge are still filled."""
    request, supervisor = world.find_miss(), world.stack.supervisor
    assert world.get(WELCOME, ADA).outcome == "hit"
    supervisor.stop("aws")
    try:
        world.pass_pointer_ttl()
        hit, miss = world.get(WELCOME, ADA), world.send(request)
    finally:
        supervisor.start([world.stack.build_spec("aws")])
    assert (hit.outcome, hit.status) == ("hit", 200)
    assert "Ada" in hit.text
    assert (miss.status, miss.outcome) == (200, "fallback")


def test_publishing_restores_an_empty_store(world: World) -> None:
    """After the store lost everything, another release brings the hits back."""
    world.stack.create_resources()
    world.publish()
    assert world.wait_for_hit(WELCOME, ADA).outcome == "hit"
