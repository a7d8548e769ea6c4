"""No response contains another visitor's value, and this test detects one that does."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgefill.local.traffic.marks import make_marked_visitor
from tests.flow.leaks import (
    PATHS,
    ROUNDS,
    VISITORS,
    CrowdResult,
    run_personal_site,
    run_second_cdn,
    send_crowd,
    write_mutation,
)

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack


def send_requests(world: "World", template: Path, rounds: int) -> CrowdResult:
    mint = world.stack.identity.mint_token
    tokens = [mint(make_marked_visitor(number), now=time.time()) for number in range(VISITORS)]
    with run_personal_site() as site, run_second_cdn(world.stack, template, site) as (cdn, control):
        return asyncio.run(send_crowd(cdn, control, tokens, rounds))


def test_no_visitor_gets_another_visitors_values(world: "World") -> None:
    """Fifty visitors request the same paths at once, with retries, while packs become stale."""
    result = send_requests(world, world.stack.template, ROUNDS)
    assert result.leaks == []
    assert result.answers == ROUNDS * len(PATHS) * (VISITORS + VISITORS // 5)
    assert result.own > result.answers // 2  # so the answers do contain marks


@pytest.mark.parametrize("change", ["min-ttl-1", "token-not-in-key"])
def test_a_wrong_policy_is_detected(world: "World", tmp_path: Path, change: str) -> None:
    """Min TTL 1 leaks in the first round, and so does a key without the token."""
    result = send_requests(world, write_mutation(world.stack.template, tmp_path, change), rounds=1)
    assert result.leaks
    assert {leak.path for leak in result.leaks} >= (
        {"/whoami"} if change == "min-ttl-1" else {"/p/welcome"}
    )
