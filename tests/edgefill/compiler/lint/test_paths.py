"""Paths: every way through a template, once."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.compiler.lint.paths import MOST_PATHS, TooManyPaths, paths
from edgefill.compiler.tree import Body, For, If, Put, Static, Typed


def static(text: str) -> Static:
    return Static(text=text, at=0)


def if_(test: list[Any], then: str, otherwise: str = "") -> If:
    return If(arms=((test, (static(then),)),), otherwise=(static(otherwise),), at=0)


def loop(body: Body) -> For:
    return For(name="x", slot="xs", bound=5, body=body, at=0)


def ways(*body: If | For | Static | Put) -> list[str]:
    return sorted(paths(body, lambda _put: "_"))


def test_outcomes_are_kept_along_a_path() -> None:
    """The same test has one outcome on one way, wherever it stands."""
    vip = ["slot", "vip"]
    assert ways(if_(vip, "a", "b"), if_(["not", vip], "c", "d")) == ["ad", "bc"]
    assert ways(if_(["and", vip, ["slot", "n"]], "a", "b")) == ["a", "b", "b"]
    assert ways(if_(["or", vip, ["slot", "n"]], "a", "b")) == ["a", "a", "b"]


def test_lists_have_none_one_and_two_items() -> None:
    """First and last are computed, an item's own tests are free."""
    comma = if_(["not", ["loop.last"]], ",")
    first = if_(["loop.first"], "^")
    put = Put(value=Typed(data=["slot", "x"], kind="text"), at=0)
    assert ways(loop((first, put, comma))) == ["", "^_", "^_,_"]
    own = if_(["==", ["field", "x", "a"], ["literal", 1]], "a", "b")
    assert ways(loop((own,))) == ["", "a", "aa", "ab", "b", "ba", "bb"]


def test_a_bound_on_ways() -> None:
    """Past it the caller is told, rather than kept waiting."""
    tests = [if_(["slot", str(n)], "a") for n in range(9)]
    assert len(ways(*tests)) == MOST_PATHS == 512
    with pytest.raises(TooManyPaths):
        ways(*tests, if_(["slot", "x"], "a"))
