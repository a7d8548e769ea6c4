"""Header names and values that a template writes (RFC 9110, section 5)."""

from __future__ import annotations

import re

from cloudfront_emulator.cloudformation.property_reader import Bag

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def header_name(bag: Bag, key: str) -> str:
    """As written; a fault where it is none."""
    name = bag.need(key)
    if name and not _NAME.fullmatch(name):
        bag.findings.fault(bag.place / key, f"{name!r} is no header name", "write a token")
    return name


def header_value(bag: Bag, key: str) -> str:
    """As written; a fault where it would end its line."""
    value = bag.text(key)
    if _CONTROL.search(value):
        bag.findings.fault(bag.place / key, "control characters in a header", "take them out")
    return value
