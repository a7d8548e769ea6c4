"""Parts of the stack go down and come back; visitors do not notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgefill.local.services.identity import DevVisitor

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack

WELCOME = "/p/welcome?locale=de"
ADA = DevVisitor(subject="ada", locale="de", slots={"name": "Ada"})


def test_rubbish_from_the_model_is_a_fallback(world: World) -> None:
    """When the model writes no template, the hand-written text is served with 200."""
    ask = world.miss()
    goal = world.goal(ask.key)
    world.rubbish.write_text(goal)
    try:
        answer = world.send(ask)
    finally:
        world.rubbish.unlink()
    assert (answer.status, answer.outcome) == (200, "fallback")
    assert int(answer.headers["retry-after"]) > 0


def test_without_a_gpu_a_miss_is_a_fallback_and_heals_later(world: World) -> None:
    """No visitor sees an error for want of a GPU; the queued key is written once it is back."""
    ask, supervisor = world.miss(), world.stack.supervisor
    supervisor.stop("gpu")
    try:
        answer = world.send(ask)
        hit = world.get(WELCOME, ADA)
    finally:
        supervisor.start([world.stack.build_spec("gpu")])
    assert (answer.status, answer.outcome) == (200, "fallback")
    assert int(answer.headers["retry-after"]) > 0
    assert hit.outcome == "hit"
    assert world.until_hit(ask.path, ask.visitor).outcome == "hit"


def test_without_the_api_a_miss_is_a_fallback(world: World) -> None:
    """A hit needs no API, and the hand-written text lies in the pack."""
    ask, supervisor = world.miss(), world.stack.supervisor
    supervisor.stop("api")
    try:
        hit, miss = world.get(WELCOME, ADA), world.send(ask)
    finally:
        supervisor.start([world.stack.build_spec("api")])
    assert hit.outcome == "hit"
    assert (miss.status, miss.outcome) == (200, "fallback")
    assert miss.headers["x-edgefill"].endswith("reason=api")


def test_without_the_store_stale_packs_serve(world: World) -> None:
    """When the store is down, what the CDN and the edge hold goes on being filled."""
    ask, supervisor = world.miss(), world.stack.supervisor
    assert world.get(WELCOME, ADA).outcome == "hit"
    supervisor.stop("aws")
    try:
        world.pass_pointer_ttl()
        hit, miss = world.get(WELCOME, ADA), world.send(ask)
    finally:
        supervisor.start([world.stack.build_spec("aws")])
    assert (hit.outcome, hit.status) == ("hit", 200)
    assert "Ada" in hit.text
    assert (miss.status, miss.outcome) == (200, "fallback")


def test_an_empty_store_is_filled_again(world: World) -> None:
    """After the store has lost everything, publishing again brings the hits back."""
    world.stack.create_resources()
    world.publish()
    assert world.until_hit(WELCOME, ADA).outcome == "hit"
