"""Values of a template: what only a deployment knows, what is absent, what is malformed."""

from __future__ import annotations

from typing import Any, Final


class UnknownValue(str):
    """A value that only a deployment knows; as text it is a readable stand-in.

    `logical_id` and `attribute` say what it stands for when it is a whole Ref or Fn::GetAtt.
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
    """AWS::NoValue: the property is as good as not written."""


ABSENT: Final = _Absent()


class MalformedArgument(Exception):
    """The argument of an intrinsic function has another form; the text says which it takes."""


def require_list(argument: Any, count: int, what: str) -> list[Any]:
    """A list of exactly `count`; Malformed says `what` it holds."""
    if not isinstance(argument, list) or len(argument) != count:
        raise MalformedArgument(what)
    return argument


def require_text(argument: Any) -> str:
    """A string; Malformed."""
    if not isinstance(argument, str):
        raise MalformedArgument(f"a text, not {type(argument).__name__}")
    return argument
