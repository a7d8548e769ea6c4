"""The fault switch: origins that are down or slow, functions that throw.

Targets are written `origin:ID` and `function:ID`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from cloudfront_emulator.errors import InputRefused

OriginKind = Literal["down", "slow", "status"]
FunctionKind = Literal["throws", "slow", "cold"]

MAX_SLOWNESS_S = 3600  # seconds that a fault may slow something by

KINDS: dict[str, tuple[str, ...]] = {
    "origin": ("down", "slow", "status"),
    "function": ("throws", "slow", "cold"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginFault:
    """`down` refuses connections, `slow` answers after `seconds`, `status` answers `status`."""

    kind: OriginKind
    seconds: float = 0
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFault:
    """`throws` at every call, `slow` by `seconds`, `cold`: a fresh environment for every call."""

    kind: FunctionKind
    seconds: float = 0


Fault = OriginFault | FunctionFault


class FaultRefused(InputRefused):
    """A fault cannot be set; `field` names what is wrong in what was asked."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class FaultSwitch:
    """Which faults are on; `origins` and `functions` are the ids there are, None for any."""

    def __init__(
        self,
        *,
        origins: Collection[str] | None = None,
        functions: Collection[str] | None = None,
    ) -> None:
        self._known = {"origin": origins, "function": functions}
        self._origins: dict[str, OriginFault] = {}
        self._functions: dict[str, FunctionFault] = {}

    def get_origin_fault(self, id_: str) -> OriginFault | None:
        """What is wrong with an origin."""
        return self._origins.get(id_)

    def get_function_fault(self, id_: str) -> FunctionFault | None:
        """What is wrong with a function."""
        return self._functions.get(id_)

    def set(self, target: str, fault: Fault) -> None:
        """Switch a fault on; FaultRefused for an unknown target or a fault of another kind."""
        room, id_ = self.parse_target(target)
        if room == "origin" and isinstance(fault, OriginFault):
            self._origins[id_] = fault
        elif room == "function" and isinstance(fault, FunctionFault):
            self._functions[id_] = fault
        else:
            raise FaultRefused("target", f"{target} cannot have a {type(fault).__name__}")

    def clear(self, target: str | None = None) -> None:
        """Switch one target's fault off, or all of them; FaultRefused for an unknown target."""
        if target is None:
            self._origins.clear()
            self._functions.clear()
            return
        room, id_ = self.parse_target(target)
        (self._origins if room == "origin" else self._functions).pop(id_, None)

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Every fault that is on, by target, as `parse_fault` reads it."""
        on: dict[str, Fault] = {f"origin:{id_}": fault for id_, fault in self._origins.items()}
        on |= {f"function:{id_}": fault for id_, fault in self._functions.items()}
        return {
            target: {name: value for name, value in asdict(fault).items() if value}
            for target, fault in on.items()
        }

    def parse_target(self, target: str) -> tuple[str, str]:
        """`origin` or `function`, and the id; FaultRefused names those that there are."""
        room, _, id_ = target.partition(":")
        if room not in KINDS or not id_:
            raise FaultRefused("target", f"{target!r} is neither origin:ID nor function:ID")
        ids = self._known[room]
        if ids is not None and id_ not in ids:
            there = ", ".join(f"{room}:{each}" for each in sorted(ids)) or "none"
            raise FaultRefused("target", f"there is no {target}; there are: {there}")
        return room, id_


def parse_fault(target: str, given: object) -> Fault:
    """A fault as JSON has it: {"kind": "slow", "seconds": 2}; FaultRefused names the field."""
    room = target.partition(":")[0]
    if room not in KINDS:
        raise FaultRefused("target", f"{target!r} is neither origin:ID nor function:ID")
    if not isinstance(given, Mapping):
        raise FaultRefused("body", 'must be an object such as {"kind": "slow", "seconds": 2}')
    kind = given.get("kind")
    if kind not in KINDS[room]:
        raise FaultRefused("kind", f"must be one of {', '.join(KINDS[room])}")
    takes = {"slow": {"kind", "seconds"}, "status": {"kind", "status"}}.get(kind, {"kind"})
    if extra := sorted(str(name) for name in given if name not in takes):
        allowed = ", ".join(sorted(takes))
        raise FaultRefused(extra[0], f"is not a field of {kind}; allowed: {allowed}")
    seconds = _check_seconds(given.get("seconds")) if kind == "slow" else 0
    if room == "function":
        return FunctionFault(kind=kind, seconds=seconds)
    status = _check_status(given.get("status")) if kind == "status" else 0
    return OriginFault(kind=kind, seconds=seconds, status=status)


def _check_seconds(given: object) -> float:
    if (
        isinstance(given, int | float)
        and not isinstance(given, bool)
        and 0 < given <= MAX_SLOWNESS_S
    ):
        return float(given)
    raise FaultRefused("seconds", f"must be a number above 0, up to {MAX_SLOWNESS_S}")


def _check_status(given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 200 <= given <= 599:
        raise FaultRefused("status", "must be a whole number from 200 to 599")
    return given
