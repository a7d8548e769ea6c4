"""Filters: Jinja2's, on plain values; undefined is None. Source: jinja2.filters, version 3.1.

All are total: whatever a tampered program feeds them, they answer.
"""

from __future__ import annotations

from edgefill.core.lazy_regex import LazyPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORD_BEGINNING = LazyPattern(r"([-\s({\[<]+)")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/")


def to_text(given: Any) -> str:
    """`given` as it is printed: nothing for undefined, JSON's words for booleans."""
    if given.__class__ is str:
        return given  # by its class: half the cost of isinstance
    if given is None:
        return ""
    if given is True or given is False:
        return "true" if given else "false"
    return str(given)


def default(given: Any, stand_in: Any, falsy: bool) -> Any:
    """`stand_in` for undefined, and for empty too when `falsy`."""
    return stand_in if given is None or (falsy and not given) else given


def upper(given: Any) -> str:
    return to_text(given).upper()


def lower(given: Any) -> str:
    return to_text(given).lower()


def capitalize(given: Any) -> str:
    return to_text(given).capitalize()


def title(given: Any) -> str:
    words = _WORD_BEGINNING.split(to_text(given))
    return "".join([word[0].upper() + word[1:].lower() for word in words if word])


def truncate(given: Any, length: int, kill_words: bool, end: str, leeway: int) -> str | None:
    """Whole words up to `length` characters, `end` included; `leeway` more are let through.

    Undefined stays undefined, as in Jinja2, where the other filters of text make it empty.
    """
    if given is None:
        return None
    whole = to_text(given)
    if len(whole) <= length + leeway:
        return whole
    kept = whole[: length - len(end)]
    return (kept if kill_words else kept.rsplit(" ", 1)[0]) + end


def urlencode(given: Any) -> str:
    """Percent-encoded UTF-8; the slash stays."""
    raw = to_text(given).encode("utf-8", "replace")
    return "".join([chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in raw])


def join(given: Any, between: str, attribute: str) -> str:
    """The items, or their `attribute` when it is not empty, with `between` between them."""
    items = given if isinstance(given, (list, str)) else []
    if attribute:
        return between.join(
            [to_text(item.get(attribute) if isinstance(item, dict) else None) for item in items]
        )
    return between.join([to_text(item) for item in items])


def length(given: Any) -> int:
    return len(given) if isinstance(given, (str, list, dict)) else 0


def first(given: Any) -> Any:
    """The first item or character; undefined when there is none."""
    return given[0] if isinstance(given, (str, list)) and given else None
