"""A valid program is linked; any malformed part refuses the whole program."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgefill.core.errors import ObjectCorrupt
from edgefill.template.program import link_program

NAME = ["slot", "name"]
PROGRAM: dict[str, Any] = {
    "v": 1,
    "format": "html",
    "slots": ["name", "total", "parts"],
    "personal": True,
    "max_bytes": 4000,
    "formats": [
        ["money", {"EUR": ["", "-", "\xa0€", "\xa0€", 3, 3, 1, 2, 2, ".", ","]}],
        ["moment", [["d", 1], ". ", ["M", [f"m{n}" for n in range(12)]], " ", ["y", 4]]],
        ["number", ["", "-", "", "", 3, 3, 1, 0, 3, ".", ","]],
    ],
    "body": [
        "<p>Hello ",
        ["put", NAME],
        ["put", ["truncate", ["default", ["upper", NAME], "x", False], 9, True, "...", 0]],
        ["if", [[["and", ["defined", ["slot", "total"]], ["not", ["==", NAME, ["literal", "B"]]]],
                 [["put", ["format", ["slot", "total"], 0]]]],
                [["in", NAME, ["literal", ["a", "b"]]], ["either"]],
                [["or", [">", ["length", NAME], ["literal", 3]], ["<=", NAME, ["literal", "c"]]],
                 ["long"]]],
         [" nothing"]],
        ["for", "part", "parts", 3, [["put", ["field", "part", "title"]],
                                     ["if", [[["not", ["loop.last"]], [", "]]], []],
                                     ["put", ["loop.index"]]]],
        ["put", ["format", ["slot", "day"], 1]],
        ["put", ["format", ["slot", "n"], 2]],
        ["put", ["join", ["slot", "tags"], ", ", ""]],
        "</p>",
    ],
}  # fmt: skip
VALUES: dict[str, Any] = {
    "name": "<Ada>",
    "total": "1299.90 EUR",
    "parts": [{"title": "a"}, {"title": "b"}],
    "day": "2026-11-23",
    "n": 1234.5,
    "tags": ["x", "y"],
}
FILLED = "<p>Hello &lt;Ada&gt;&lt;ADA&gt;1.299,90\xa0€a, 1b223. m10 20261.234,5x, y</p>"


def test_a_valid_program_fills() -> None:
    """Every kind of operation in one page."""
    program = link_program(PROGRAM)
    assert program.fill(VALUES) == FILLED
    assert program.slots == ("name", "total", "parts")
    assert program.personal
    assert program.max_bytes == 4000
    assert program.content_type == "text/html; charset=utf-8"


def test_undefined_slots_print_nothing() -> None:
    """A fill without values is not an error."""
    assert link_program(PROGRAM).fill({}) == "<p>Hello  nothing</p>"


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(data, (dict, list)):
        for key, member in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _places(member, (*path, key))


PLACES = list(_places(PROGRAM))
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**12), st.floats(), st.text(max_size=5),
    st.sampled_from([[], {}, [[]], ["put"], ["slot", "name"], ["put", ["slot", "parts"]],
                     ["upper", ["slot", "parts"]], ["literal", None], "slot", "EUR", "__class__",
                     ["field", "name", "__class__"], ["for", "x", "parts", 1000, ["y"]],
                     ["<", ["slot", "name"], ["literal", 3]], ["first", ["slot", "parts"]]]),
)  # fmt: skip


def _put(data: Any, path: tuple[Any, ...], value: Any, how: str) -> Any:
    if not path:
        return value
    copied = copy.deepcopy(data)
    target = copied
    for key in path[:-1]:
        target = target[key]
    if how == "remove":
        del target[path[-1]]
    elif how == "double" and isinstance(target, list):
        target.insert(path[-1], target[path[-1]])
    else:
        target[path[-1]] = value
    return copied


@settings(max_examples=600, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(PLACES), JUNK, st.sampled_from(["replace", "remove", "double"])),
        min_size=1,
        max_size=3,
    )
)
def test_a_tampered_program_is_refused_or_harmless(
    changes: list[tuple[tuple[Any, ...], Any, str]],
) -> None:
    """Whatever is changed in it: ObjectCorrupt, or text; nothing else is ever raised."""
    data: Any = PROGRAM
    for place, junk, how in changes:
        try:
            data = _put(data, place, junk, how)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    try:
        program = link_program(data)
    except ObjectCorrupt:
        return
    odd: list[dict[str, Any]] = [VALUES, {}]
    odd.append({"name": ["a"], "parts": "b", "total": 3, "day": {}, "n": None})
    for values in odd:
        assert isinstance(program.fill(values), str)


def _with(**changes: Any) -> dict[str, Any]:
    return PROGRAM | changes


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        _with(v=2),
        _with(format="xml"),
        _with(format=None),
        _with(personal=1),
        _with(max_bytes=-1),
        _with(max_bytes=900_001),
        _with(slots=[1]),
        _with(formats=[[]]),
        _with(formats=[["other", []]]),
        _with(formats=[["money", []]]),
        _with(body="x"),
        _with(body=[["put", ["eval", "1"]]]),
        _with(body=[["put", ["upper"]]]),
        _with(body=[["put", ["slot", 1]]]),
        _with(body=[["put", ["literal", None]]]),
        _with(body=[["put", ["format", NAME, 9]]]),
        _with(body=[["put", ["truncate", NAME, -1, False, "", 0]]]),
        _with(body=[["if", [[["literal", 1]]], []]]),
        _with(body=[["if", [3], []]]),
        _with(body=[["for", "x", "parts", 1001, []]]),
        _with(body=[["other"]]),
        _with(body=[3]),
    ],
)
def test_malformed_programs_are_refused(data: object) -> None:
    """Each member is checked for itself."""
    with pytest.raises(ObjectCorrupt, match="program"):
        link_program(data)


def test_depth_is_bounded() -> None:
    """Neither bodies nor expressions nest without end; loops multiply within a limit."""
    expression: Any = NAME
    body: Any = ["x"]
    loops: Any = ["x"]
    for _ in range(60):
        expression = ["upper", expression]
        body = [["if", [[["literal", True], body]], []]]
    for _ in range(3):
        loops = [["for", "x", "parts", 1000, loops]]
    for data in ([["put", expression]], body, loops):
        with pytest.raises(ObjectCorrupt):
            link_program(_with(body=data))


def test_a_loop_that_cannot_fit_is_refused() -> None:
    """Static text times the loops' bounds may not pass the platform's limit."""
    with pytest.raises(ObjectCorrupt, match="more than"):
        link_program(_with(body=[["for", "x", "parts", 1000, ["y" * 5000]]]))


def test_forms_agree() -> None:
    """Flat, branching and looping fills give the same text; the flat ones repeat."""
    branch = ["if", [[["slot", "vip"], ["gold ", ["put", NAME]]]], ["free"]]
    flat = link_program(_with(body=["a", ["put", NAME], ["put", ["slot", "n"]], "b"]))
    branching = link_program(_with(body=["a", branch, ["if", [[["slot", "n"], [branch]]], []]]))
    looping = link_program(_with(body=["a", branch, ["for", "x", "none", 1, []]]))
    assert flat.fill({"name": "<", "n": 3}) == "a&lt;3b"
    assert flat.fill({"name": "<", "n": "4"}) == "a&lt;4b"
    for vip in (True, False, True):
        head = "agold Ada" if vip else "afree"
        values: dict[str, Any] = {"name": "Ada", "vip": vip}
        assert branching.fill(values) == looping.fill(values) == head
    assert branching.fill({"n": 1, "vip": False}) == "afreefree"


def test_not_all_of_many_outcomes_are_cached() -> None:
    """A program with more combinations than the cache holds still fills each of them."""
    body = [["if", [[["slot", f"s{n}"], [str(n)]]], []] for n in range(8)]
    program = link_program(_with(body=body))
    for number in range(256):
        values: dict[str, Any] = {f"s{n}": bool(number >> n & 1) for n in range(8)}
        text = "".join(str(n) for n in range(8) if number >> n & 1)
        assert program.fill(values) == text


def test_programs_survive_json() -> None:
    """A program is data: JSON and back changes nothing."""
    assert link_program(json.loads(json.dumps(PROGRAM))).fill(VALUES) == FILLED
