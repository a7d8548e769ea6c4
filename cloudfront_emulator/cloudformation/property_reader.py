"""Property bags: typed reading in which every key is consumed or found unsupported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from cloudfront_emulator.cloudformation.diagnostics import Findings, Place
from cloudfront_emulator.cloudformation.values import Unknown

T = TypeVar("T")
HIGHEST = 1e15
_RETYPE = "write a value of that type"


class Bag:
    """The properties at one place; wrong types become faults and read as if not written.

    Call `close` when all that is known has been read: what is left is unsupported.
    """

    def __init__(self, place: Place, values: Mapping[str, Any], findings: Findings) -> None:
        self.place, self.findings = place, findings
        self._values = dict(values)
        self._left = set(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> Any:
        """Whatever is written; None when nothing is."""
        self._left.discard(name)
        return self._values.get(name)

    def text(self, name: str, default: str = "") -> str:
        """A string; one that only a deployment knows is an Unknown."""
        value = self.raw(name)
        if value is None or isinstance(value, str):
            return default if value is None else value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)  # as CloudFormation coerces
        return self._wrong(name, "a string", value, default)

    def need(self, name: str) -> str:
        """A string that must be there; empty beside the fault when it is not."""
        value = self.text(name)
        if not value and self._values.get(name) in (None, ""):
            self.findings.fault(self.place / name, "missing", "it is required: write it")
        return value

    def choice(self, name: str, among: Iterable[str], default: str = "") -> str:
        """One of a few words."""
        value, words = self.text(name, default), tuple(among)
        if value in words:
            return value
        said = " | ".join(words)
        self.findings.fault(self.place / name, f"{value!r} is none of {said}", "choose one of them")
        return default or words[0]

    def number(self, name: str, default: float, low: float = 0, high: float = HIGHEST) -> float:
        """A number from `low` to `high`, or a string that is one."""
        value = self.raw(name)
        if value is None:
            return default
        try:
            if isinstance(value, (bool, Unknown)) or not isinstance(value, (int, float, str)):
                raise TypeError
            read = float(value)
            if not low <= read <= high:
                raise ValueError
        except (TypeError, ValueError):
            return self._wrong(name, f"a number {_range(low, high)}", value, default)
        return int(read) if read.is_integer() else read

    def whole(self, name: str, default: int, low: int = 0, high: float = HIGHEST) -> int:
        """The same without a fraction."""
        read = self.number(name, default, low, high)
        if isinstance(read, int):
            return read
        return self._wrong(name, "a whole number", read, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, or the string of one."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        return self._wrong(name, "true or false", value, default)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings, empty when nothing is written."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        return self._wrong(name, "a list of strings", value, ())

    def bag(self, name: str) -> Bag | None:
        """An object, None when nothing is written."""
        value = self.raw(name)
        if value is None or isinstance(value, dict):
            return None if value is None else Bag(self.place / name, value, self.findings)
        return self._wrong(name, "an object", value, None)

    def bags(self, name: str) -> list[Bag]:
        """A list of objects."""
        value = self.raw(name)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            place = self.place / name
            return [Bag(place.at(n), each, self.findings) for n, each in enumerate(value)]
        return self._wrong(name, "a list of objects", value, [])

    def ignore(self, *names: str) -> None:
        """Take what changes nothing that a viewer of this machine gets."""
        self._left.difference_update(names)

    def refuse(self, name: str, what: str = "unsupported property", *off: Any) -> None:
        """Take what is not modelled; it is no finding when empty, false or one of `off`."""
        value = self.raw(name)
        if value and value not in off:
            self.findings.miss(self.place / name, what)

    def close(self) -> None:
        """Everything that nobody read is unsupported."""
        for name in sorted(self._left):
            self.findings.miss(self.place / name)
        self._left.clear()

    def _wrong(self, name: str, wanted: str, value: Any, default: T) -> T:
        if isinstance(value, Unknown):
            what = f"expected {wanted}, found what only a deployment knows ({value})"
            self.findings.fault(self.place / name, what, "give its parameter a Default")
        else:
            shown = repr(value) if len(repr(value)) <= 60 else type(value).__name__
            self.findings.fault(self.place / name, f"expected {wanted}, found {shown}", _RETYPE)
        return default


def _range(low: float, high: float) -> str:
    return f"of at least {low:g}" if high == HIGHEST else f"from {low:g} to {high:g}"
