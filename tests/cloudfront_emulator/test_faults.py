"""The fault switch."""

from typing import Any

import pytest

from cloudfront_emulator.errors import FaultRefused
from cloudfront_emulator.faults import FaultSwitch, FunctionFault, OriginFault, parse_fault


def make_switch() -> FaultSwitch:
    return FaultSwitch(origins=("api", "packs"), functions=("Edge",))


def test_a_fault_is_on_until_it_is_cleared() -> None:
    """For one target or all; active faults are listed in their JSON form."""
    faults = make_switch()
    faults.set("origin:api", OriginFault(kind="slow", seconds=2))
    faults.set("function:Edge", FunctionFault(kind="throws"))
    assert faults.get_origin_fault("api") == OriginFault(kind="slow", seconds=2)
    assert faults.get_function_fault("Edge") == FunctionFault(kind="throws")
    assert faults.get_origin_fault("packs") is None
    assert faults.to_json() == {
        "origin:api": {"kind": "slow", "seconds": 2},
        "function:Edge": {"kind": "throws"},
    }
    faults.clear("origin:api")
    assert faults.get_origin_fault("api") is None
    faults.clear()
    assert faults.to_json() == {}


@pytest.mark.parametrize("target", ["api", "bucket:x", "origin:", "origin:nobody", "function:api"])
def test_an_unknown_target_is_refused(target: str) -> None:
    """Neither set nor cleared."""
    with pytest.raises(FaultRefused):
        make_switch().set(target, OriginFault(kind="down"))
    with pytest.raises(FaultRefused):
        make_switch().clear(target)


def test_the_refusal_lists_the_existing_targets() -> None:
    """A misspelt id shows what it could have been."""
    with pytest.raises(FaultRefused, match="there are: origin:api, origin:packs"):
        make_switch().clear("origin:apo")


def test_a_function_cannot_have_an_origins_fault() -> None:
    """Each target has faults of its own kind."""
    with pytest.raises(FaultRefused, match="cannot have a OriginFault"):
        make_switch().set("function:Edge", OriginFault(kind="down"))


@pytest.mark.parametrize(
    ("target", "data", "fault"),
    [
        ("origin:api", {"kind": "down"}, OriginFault(kind="down")),
        ("origin:api", {"kind": "slow", "seconds": 2}, OriginFault(kind="slow", seconds=2)),
        ("origin:api", {"kind": "status", "status": 503}, OriginFault(kind="status", status=503)),
        ("function:Edge", {"kind": "cold"}, FunctionFault(kind="cold")),
        (
            "function:Edge",
            {"kind": "slow", "seconds": 0.5},
            FunctionFault(kind="slow", seconds=0.5),
        ),
    ],
)
def test_a_fault_is_read_from_json(target: str, data: Any, fault: object) -> None:
    """Kind, and what that kind takes."""
    assert parse_fault(target, data) == fault


@pytest.mark.parametrize(
    ("target", "data", "field"),
    [
        ("origin:api", ["down"], "body"),
        ("origin:api", {}, "kind"),
        ("origin:api", {"kind": "throws"}, "kind"),
        ("origin:api", {"kind": ["down"]}, "kind"),
        ("function:Edge", {"kind": "down"}, "kind"),
        ("origin:api", {"kind": "slow"}, "seconds"),
        ("origin:api", {"kind": "slow", "seconds": True}, "seconds"),
        ("origin:api", {"kind": "slow", "seconds": float("nan")}, "seconds"),
        ("origin:api", {"kind": "slow", "seconds": -1}, "seconds"),
        ("origin:api", {"kind": "status", "status": 99}, "status"),
        ("origin:api", {"kind": "status", "status": 503.0}, "status"),
        ("origin:api", {"kind": "down", "seconds": 2}, "seconds"),
    ],
)
def test_bad_json_is_refused_by_the_name_of_its_field(target: str, data: Any, field: str) -> None:
    """The field is named, and what it may be."""
    with pytest.raises(FaultRefused) as caught:
        parse_fault(target, data)
    assert caught.value.field == field
