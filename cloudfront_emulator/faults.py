"""Faults that people and tests switch on: origins that are down or slow, functions that fail.

A target is written `origin:ID` or `function:ID`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from cloudfront_emulator.errors import FaultRefused

OriginKind = Literal["down", "slow", "status"]
FunctionKind = Literal["throws", "slow", "cold"]

MAX_SLOWNESS_S = 3600

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
    """`throws` at every call, `slow` by `seconds`, `cold`: a new environment for every call."""

    kind: FunctionKind
    seconds: float = 0


class FaultSource(Protocol):
    """Says which fault an origin or a function has at the moment."""

    def get_origin_fault(self, id_: str, /) -> OriginFault | None:
        """The fault of the origin with an id."""
        ...

    def get_function_fault(self, id_: str, /) -> FunctionFault | None:
        """The fault of the function with a logical id."""
        ...


class NoFaults:
    """A FaultSource without faults."""

    def get_origin_fault(self, _id: str, /) -> None:
        """No fault."""

    def get_function_fault(self, _id: str, /) -> None:
        """No fault."""


class FaultSwitch:
    """A FaultSource whose faults are set and cleared.

    `origins` and `functions` are the ids that exist; None accepts any id.
    """

    def __init__(
        self,
        *,
        origins: Collection[str] | None = None,
        functions: Collection[str] | None = None,
    ) -> None:
        self._ids = {"origin": origins, "function": functions}
        self._origins: dict[str, OriginFault] = {}
        self._functions: dict[str, FunctionFault] = {}

    def get_origin_fault(self, id_: str, /) -> OriginFault | None:
        """The fault of the origin with an id."""
        return self._origins.get(id_)

    def get_function_fault(self, id_: str, /) -> FunctionFault | None:
        """The fault of the function with a logical id."""
        return self._functions.get(id_)

    def set(self, target: str, fault: OriginFault | FunctionFault) -> None:
        """Switch a fault on; FaultRefused for an unknown target or a fault of another kind."""
        kind, id_ = self.parse_target(target)
        if kind == "origin" and isinstance(fault, OriginFault):
            self._origins[id_] = fault
        elif kind == "function" and isinstance(fault, FunctionFault):
            self._functions[id_] = fault
        else:
            raise FaultRefused("target", f"{target} cannot have a {type(fault).__name__}")

    def clear(self, target: str | None = None) -> None:
        """Switch off one target's fault, or all faults; FaultRefused for an unknown target."""
        if target is None:
            self._origins.clear()
            self._functions.clear()
            return
        kind, id_ = self.parse_target(target)
        (self._origins if kind == "origin" else self._functions).pop(id_, None)

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Every active fault by target, in the form that `parse_fault` reads."""
        active: dict[str, OriginFault | FunctionFault] = {
            f"origin:{id_}": fault for id_, fault in self._origins.items()
        }
        active |= {f"function:{id_}": fault for id_, fault in self._functions.items()}
        return {
            target: {name: value for name, value in asdict(fault).items() if value}
            for target, fault in active.items()
        }

    def parse_target(self, target: str) -> tuple[str, str]:
        """`origin` or `function`, and the id; FaultRefused lists the targets that exist."""
        kind, _, id_ = target.partition(":")
        if kind not in KINDS or not id_:
            raise FaultRefused("target", f"{target!r} is neither origin:ID nor function:ID")
        ids = self._ids[kind]
        if ids is not None and id_ not in ids:
            existing = ", ".join(f"{kind}:{each}" for each in sorted(ids)) or "none"
            raise FaultRefused("target", f"there is no {target}; there are: {existing}")
        return kind, id_


def parse_fault(target: str, data: object) -> OriginFault | FunctionFault:
    """A fault from JSON such as {"kind": "slow", "seconds": 2}; FaultRefused names the field."""
    target_kind = target.partition(":")[0]
    if target_kind not in KINDS:
        raise FaultRefused("target", f"{target!r} is neither origin:ID nor function:ID")
    if not isinstance(data, Mapping):
        raise FaultRefused("body", 'must be an object such as {"kind": "slow", "seconds": 2}')
    kind = data.get("kind")
    if kind not in KINDS[target_kind]:
        raise FaultRefused("kind", f"must be one of {', '.join(KINDS[target_kind])}")
    fields = {"slow": {"kind", "seconds"}, "status": {"kind", "status"}}.get(kind, {"kind"})
    if extra := sorted(str(name) for name in data if name not in fields):
        allowed = ", ".join(sorted(fields))
        raise FaultRefused(extra[0], f"is not a field of {kind}; allowed: {allowed}")
    seconds = _check_seconds(data.get("seconds")) if kind == "slow" else 0
    if target_kind == "function":
        return FunctionFault(kind=kind, seconds=seconds)
    status = _check_status(data.get("status")) if kind == "status" else 0
    return OriginFault(kind=kind, seconds=seconds, status=status)


def _check_seconds(value: object) -> float:
    match value:
        case int() | float() if value is not True and 0 < value <= MAX_SLOWNESS_S:
            return float(value)
    raise FaultRefused("seconds", f"must be a number above 0, up to {MAX_SLOWNESS_S}")


def _check_status(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 200 <= value <= 599:
        raise FaultRefused("status", "must be a whole number from 200 to 599")
    return value
