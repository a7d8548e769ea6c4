"""Every path through a template is rendered once."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.compiler.language.paths import MAX_PATHS, TooManyPaths, render_paths
from edgefill.compiler.language.typed_tree import (
    Body,
    ForNode,
    IfNode,
    PutNode,
    StaticNode,
    TypedExpression,
)


def static(text: str) -> StaticNode:
    return StaticNode(text=text, offset=0)


def if_(test: list[Any], then: str, otherwise: str = "") -> IfNode:
    return IfNode(arms=((test, (static(then),)),), otherwise=(static(otherwise),), offset=0)


def loop(body: Body) -> ForNode:
    return ForNode(name="x", slot="xs", bound=5, body=body, offset=0)


def render(*body: IfNode | ForNode | StaticNode | PutNode) -> list[str]:
    return sorted(render_paths(body, lambda _put: "_"))


def test_a_test_has_one_outcome_along_a_path() -> None:
    """This holds wherever the test occurs on the path."""
    vip = ["slot", "vip"]
    assert render(if_(vip, "a", "b"), if_(["not", vip], "c", "d")) == ["ad", "bc"]
    assert render(if_(["and", vip, ["slot", "n"]], "a", "b")) == ["a", "b", "b"]
    assert render(if_(["or", vip, ["slot", "n"]], "a", "b")) == ["a", "a", "b"]


def test_lists_have_zero_one_and_two_items() -> None:
    """loop.first and loop.last are computed; tests of an item may differ from item to item."""
    comma = if_(["not", ["loop.last"]], ",")
    first = if_(["loop.first"], "^")
    put = PutNode(value=TypedExpression(data=["slot", "x"], kind="text"), offset=0)
    assert render(loop((first, put, comma))) == ["", "^_", "^_,_"]
    own = if_(["==", ["field", "x", "a"], ["literal", 1]], "a", "b")
    assert render(loop((own,))) == ["", "a", "aa", "ab", "b", "ba", "bb"]


def test_the_number_of_paths_is_limited() -> None:
    """Beyond the limit TooManyPaths is raised."""
    tests = [if_(["slot", str(n)], "a") for n in range(9)]
    assert len(render(*tests)) == MAX_PATHS == 512
    with pytest.raises(TooManyPaths):
        render(*tests, if_(["slot", "x"], "a"))
