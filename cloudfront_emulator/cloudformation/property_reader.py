"""Property readers: typed reading in which each property is read or reported as unsupported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from cloudfront_emulator.cloudformation.diagnostics import Diagnostics, PropertyPath
from cloudfront_emulator.cloudformation.values import UnknownValue

T = TypeVar("T")
HIGHEST = 1e15
_RETYPE = "write a value of that type"


class PropertyReader:
    """Reads the properties at one path. A value of a wrong type is a fault and reads as absent.

    Call `close` after reading all known properties: it reports the rest as unsupported.
    """

    def __init__(
        self, place: PropertyPath, values: Mapping[str, Any], diagnostics: Diagnostics
    ) -> None:
        self.path, self.diagnostics = place, diagnostics
        self._values = dict(values)
        self._unread = set(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def read_raw(self, name: str) -> Any:
        """The value of any type; None if it is absent."""
        self._unread.discard(name)
        return self._values.get(name)

    def read_text(self, name: str, default: str = "") -> str:
        """A string, or an UnknownValue that only a deployment knows."""
        value = self.read_raw(name)
        if value is None or isinstance(value, str):
            return default if value is None else value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)  # as CloudFormation coerces
        return self._report_wrong_type(name, "a string", value, default)

    def require_text(self, name: str) -> str:
        """A required string; empty after reporting that it is missing."""
        value = self.read_text(name)
        if not value and self._values.get(name) in (None, ""):
            self.diagnostics.add_fault(self.path / name, "missing", "it is required: write it")
        return value

    def read_choice(self, name: str, among: Iterable[str], default: str = "") -> str:
        """One of several words."""
        value, words = self.read_text(name, default), tuple(among)
        if value in words:
            return value
        choices = " | ".join(words)
        self.diagnostics.add_fault(
            self.path / name, f"{value!r} is not one of {choices}", "choose one of them"
        )
        return default or words[0]

    def read_number(
        self, name: str, default: float, low: float = 0, high: float = HIGHEST
    ) -> float:
        """A number from `low` to `high`, or a string with one."""
        value = self.read_raw(name)
        if value is None:
            return default
        try:
            if isinstance(value, (bool, UnknownValue)) or not isinstance(value, (int, float, str)):
                raise TypeError
            read = float(value)
            if not low <= read <= high:
                raise ValueError
        except (TypeError, ValueError):
            return self._report_wrong_type(
                name, f"a number {_describe_range(low, high)}", value, default
            )
        return int(read) if read.is_integer() else read

    def read_integer(self, name: str, default: int, low: int = 0, high: float = HIGHEST) -> int:
        """A whole number from `low` to `high`."""
        read = self.read_number(name, default, low, high)
        if isinstance(read, int):
            return read
        return self._report_wrong_type(name, "a whole number", read, default)

    def read_flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, or a string with one."""
        value = self.read_raw(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        return self._report_wrong_type(name, "true or false", value, default)

    def read_texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty if it is absent."""
        value = self.read_raw(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        return self._report_wrong_type(name, "a list of strings", value, ())

    def read_object(self, name: str) -> PropertyReader | None:
        """A reader of an object; None if it is absent."""
        value = self.read_raw(name)
        if value is None or isinstance(value, dict):
            return (
                None if value is None else PropertyReader(self.path / name, value, self.diagnostics)
            )
        return self._report_wrong_type(name, "an object", value, None)

    def read_objects(self, name: str) -> list[PropertyReader]:
        """Readers of a list of objects; empty if it is absent."""
        value = self.read_raw(name)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            place = self.path / name
            return [
                PropertyReader(place.index(n), each, self.diagnostics)
                for n, each in enumerate(value)
            ]
        return self._report_wrong_type(name, "a list of objects", value, [])

    def ignore(self, *names: str) -> None:
        """Accept properties that change no response here."""
        self._unread.difference_update(names)

    def refuse_unless_off(self, name: str, what: str = "unsupported property", *off: Any) -> None:
        """Report a property as unsupported unless it is empty, false or one of `off`."""
        value = self.read_raw(name)
        if value and value not in off:
            self.diagnostics.add_unsupported(self.path / name, what)

    def close(self) -> None:
        """Report all unread properties as unsupported."""
        for name in sorted(self._unread):
            self.diagnostics.add_unsupported(self.path / name)
        self._unread.clear()

    def _report_wrong_type(self, name: str, expected: str, value: Any, default: T) -> T:
        if isinstance(value, UnknownValue):
            what = f"expected {expected}, found a value that only a deployment knows ({value})"
            self.diagnostics.add_fault(self.path / name, what, "give its parameter a Default")
        else:
            preview = repr(value) if len(repr(value)) <= 60 else type(value).__name__
            self.diagnostics.add_fault(
                self.path / name, f"expected {expected}, found {preview}", _RETYPE
            )
        return default


def _describe_range(low: float, high: float) -> str:
    return f"of at least {low:g}" if high == HIGHEST else f"from {low:g} to {high:g}"


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def read_header_name(reader: PropertyReader, key: str) -> str:
    """A header name; an invalid one is reported (RFC 9110, section 5)."""
    name = reader.require_text(key)
    if name and not _NAME.fullmatch(name):
        reader.diagnostics.add_fault(
            reader.path / key, f"{name!r} is not a header name", "write a token"
        )
    return name


def read_header_value(reader: PropertyReader, key: str) -> str:
    """A header value; control characters are reported (RFC 9110, section 5)."""
    value = reader.read_text(key)
    if _CONTROL.search(value):
        reader.diagnostics.add_fault(
            reader.path / key, "control characters in a header", "remove them"
        )
    return value
