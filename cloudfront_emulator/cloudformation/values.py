"""Values of a template: unknown before a deployment, absent, or malformed."""

from __future__ import annotations

from typing import Any, Final


class UnknownValue(str):
    """A value that only a deployment knows; its text is a readable placeholder.

    `logical_id` and `attribute` identify it if it is a whole Ref or Fn::GetAtt.
    """

    __slots__ = ("attribute", "logical_id")
    logical_id: str | None
    attribute: str | None

    def __new__(
        cls, text: str, logical_id: str | None = None, attribute: str | None = None
    ) -> UnknownValue:
        value = super().__new__(cls, text)
        value.logical_id, value.attribute = logical_id, attribute
        return value


class _Absent:
    """AWS::NoValue: the property counts as absent."""


ABSENT: Final = _Absent()


class MalformedArgument(Exception):
    """An intrinsic function's argument has a wrong form; the text says which form is right."""


def require_list(argument: Any, count: int, what: str) -> list[Any]:
    """A list of exactly `count` items; otherwise MalformedArgument with `what`."""
    if not isinstance(argument, list) or len(argument) != count:
        raise MalformedArgument(what)
    return argument


def require_text(argument: Any) -> str:
    """A string; otherwise MalformedArgument."""
    if not isinstance(argument, str):
        raise MalformedArgument(f"a text, not {type(argument).__name__}")
    return argument
