"""Header names and values that a template writes (RFC 9110, section 5)."""

from __future__ import annotations

import re

from cloudfront_emulator.cloudformation.property_reader import PropertyReader

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def read_header_name(bag: PropertyReader, key: str) -> str:
    """As written; a fault where it is none."""
    name = bag.require_text(key)
    if name and not _NAME.fullmatch(name):
        bag.diagnostics.add_fault(bag.path / key, f"{name!r} is no header name", "write a token")
    return name


def read_header_value(bag: PropertyReader, key: str) -> str:
    """As written; a fault where it would end its line."""
    value = bag.read_text(key)
    if _CONTROL.search(value):
        bag.diagnostics.add_fault(bag.path / key, "control characters in a header", "take them out")
    return value
