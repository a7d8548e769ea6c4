"""Reads the members of a JSON object that somebody may have edited, each by its type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Kind = tuple[type, ...]
TEXT: Kind = (str,)
INTEGER: Kind = (int,)
NUMBER: Kind = (int, float)
OBJECT: Kind = (dict,)
LIST: Kind = (list,)
NULL: Kind = (type(None),)
# the greatest magnitude up to which every parser reads the same integer (RFC 7493, section 2.2)
MAX_NUMBER = 2**53


def read_members(
    data: Any, kinds: Mapping[str, Kind], *, optional: Collection[str] = ()
) -> dict[str, Any]:
    """The object `data`, whose members are those of `kinds`; ValueError or TypeError names one.

    A boolean is not a number, nor are NaN, Infinity and numbers beyond MAX_NUMBER. A text can be
    encoded as UTF-8.
    """
    if type(data) is not dict:
        raise TypeError(f"{type(data).__name__} instead of an object")
    for name in kinds:
        if name not in data and name not in optional:
            raise ValueError(f"{name!r} is missing")
    for name, value in data.items():
        if name not in kinds:
            raise ValueError(f"{name[:40]!r} is unknown")
        _check_value(name, value, kinds[name])
    return data


def _check_value(name: str, value: Any, kind: Kind) -> None:
    if type(value) not in kind:
        raise TypeError(f"{name!r} is of the type {type(value).__name__}")
    if type(value) is str:
        value.encode()
    elif type(value) in NUMBER and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise ValueError(f"{name!r} is not a number up to 2^53")
