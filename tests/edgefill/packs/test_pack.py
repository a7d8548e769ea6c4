"""Packs and overlays as JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.cases import CaseSpec
from edgefill.core.errors import ObjectCorrupt
from edgefill.core.experience import Experience
from edgefill.packs.pack import (
    Overlay,
    Pack,
    overlay_from_json,
    overlay_to_json,
    pack_to_json,
)

SALE = Experience(id="sale", version="1", format="text", slots=(), cases=CaseSpec())


def program(text: str) -> dict[str, Any]:
    return {
        "v": 1,
        "format": "text",
        "slots": [],
        "personal": False,
        "max_bytes": 100,
        "formats": [],
        "body": [text],
    }


SOUND = pack_to_json(
    release="r1",
    experience=SALE,
    locale="en",
    fallback=program("Fallback"),
    programs={"any": program("Sale"), "bad": {}},
)
OVERLAY = overlay_to_json(Overlay(version="1", program=program("Sale")))


@given(st.data())
def test_a_pack_carries_its_experience(
    experiences: st.SearchStrategy[Experience], data: st.DataObject
) -> None:
    """Whole: the edge has no catalogue."""
    experience = data.draw(experiences)
    stored = pack_to_json(
        release="r1", experience=experience, locale="en", fallback={}, programs={}
    )
    pack = Pack(json.loads(json.dumps(stored)))
    assert (pack.experience, pack.release, pack.locale) == (experience, "r1", "en")


def test_a_program_is_linked_once_when_it_is_first_requested() -> None:
    """A corrupt program does not affect the others."""
    pack = Pack(SOUND)
    program = pack.find_program("any")
    assert program is not None
    assert program.fill({}) == "Sale"
    assert pack.find_program("any") is program
    assert pack.find_program("gold") is None
    assert pack.link_fallback().fill({}) == "Fallback"
    with pytest.raises(ObjectCorrupt):
        pack.find_program("bad")


@pytest.mark.parametrize(
    "place", [("r2", "sale", "en"), ("r1", "sales", "en"), ("r1", "sale", "de"), ("", "", "")]
)
def test_a_pack_knows_its_place(place: tuple[str, str, str]) -> None:
    """So one that was stored under another's name is refused by both names."""
    Pack(SOUND).check_place("r1", "sale", "en")
    with pytest.raises(ObjectCorrupt, match=f"{'/'.join(place)} holds r1/sale/en"):
        Pack(SOUND).check_place(*place)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "t",
        {},
        SOUND | {"v": 2},
        SOUND | {"experience": {}},
        SOUND | {"experience": None},
        SOUND | {"experience": SOUND["experience"] | {"colour": "red"}},
        SOUND | {"experience": SOUND["experience"] | {"slots": [{"name": "x"}]}},
        SOUND | {"programs": 7},
        {name: part for name, part in SOUND.items() if name != "fallback"},
    ],
)
def test_what_is_not_a_pack_is_corrupt(data: Any) -> None:
    """Whatever the store contains, nothing else is raised."""
    with pytest.raises(ObjectCorrupt, match="pack"):
        Pack(data)


def test_an_overlay_survives_json() -> None:
    """With the text and the model, for people."""
    overlay = Overlay(version="1", program=program("Sale"), text="Sale", model="tiny")
    assert overlay_from_json(json.loads(json.dumps(overlay_to_json(overlay)))) == overlay


@pytest.mark.parametrize(
    "data", [None, [], {}, OVERLAY | {"v": 3}, OVERLAY | {"program": 7}, {"v": 2, "version": "1"}]
)
def test_what_is_not_an_overlay_is_corrupt(data: Any) -> None:
    """Whatever the store contains, nothing else is raised."""
    with pytest.raises(ObjectCorrupt, match="overlay"):
        overlay_from_json(data)


def test_an_overlay_from_before_the_judge_is_corrupt() -> None:
    """Its text was compiled, but neither a judge nor a person has read it."""
    with pytest.raises(ObjectCorrupt, match="overlay: version 1"):
        overlay_from_json(OVERLAY | {"v": 1})
