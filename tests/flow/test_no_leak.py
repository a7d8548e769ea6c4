"""No response ever holds another visitor's value; and this test sees it when one does."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.flow.leaks import (
    PATHS,
    ROUNDS,
    VISITORS,
    Seen,
    cdn_before,
    crowd,
    marked,
    mutated,
    personal_site,
)

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack


def _look(world: "World", template: Path, rounds: int) -> Seen:
    mint = world.stack.identity.mint_token
    tokens = [mint(marked(number), now=time.time()) for number in range(VISITORS)]
    with personal_site() as site, cdn_before(world.stack, template, site) as (cdn, control):
        return asyncio.run(crowd(cdn, control, tokens, rounds))


def test_as_synthesised_no_visitor_sees_another(world: "World") -> None:
    """Fifty at once, on the same paths, with retries, while packs go stale and are renewed.

    Everybody gets their own values alone.
    """
    seen = _look(world, world.stack.template, ROUNDS)
    assert seen.leaks == []
    assert seen.answers == ROUNDS * len(PATHS) * (VISITORS + VISITORS // 5)
    assert seen.own > seen.answers // 2  # the marks are there to be leaked


@pytest.mark.parametrize("change", ["min-ttl-1", "token-not-in-key"])
def test_a_wrong_policy_is_seen_to_leak(world: "World", tmp_path: Path, change: str) -> None:
    """With Min TTL 1, and with a key that lacks the token, the same crowd finds leaks at once."""
    seen = _look(world, mutated(world.stack.template, tmp_path, change), rounds=1)
    assert seen.leaks
    assert {leak.path for leak in seen.leaks} >= (
        {"/whoami"} if change == "min-ttl-1" else {"/p/welcome"}
    )
