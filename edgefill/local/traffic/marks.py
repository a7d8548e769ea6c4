"""Marks: values that belong to one visitor only, and finding another visitor's in an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from edgefill.local.services.identity import DevVisitor

MARK = re.compile(r"\bMark\d+mark\b")
TIERS, LIFECYCLES = ("basic", "silver", "gold"), ("new", "active", "lapsed")


def make_mark(number: int) -> str:
    """The value that only the visitor `number` has."""
    return f"Mark{number}mark"


def make_marked_visitor(number: int) -> DevVisitor:
    """A visitor whose values all contain the visitor's own mark."""
    mark = make_mark(number)
    return DevVisitor(
        subject=f"leak-{number}",
        locale=("en", "de")[number % 2],
        case={"tier": TIERS[number % 3], "lifecycle": LIFECYCLES[number // 3 % 3]},
        slots={"name": mark, "order_id": mark},
    )


def find_marks(headers: Mapping[str, str], text: str) -> frozenset[str]:
    """Every visitor's mark in an answer, in its headers and in its text."""
    return frozenset(
        mark for part in (text, *headers.keys(), *headers.values()) for mark in MARK.findall(part)
    )
