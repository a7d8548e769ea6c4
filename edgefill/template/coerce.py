"""Coerce raw input, from a token or a query string, to the form of its slot.

A value that does not fit is refused with one word and never repeated: `type length control scheme
choice range items format absent`.
"""

from __future__ import annotations

from edgefill.core.errors import SlotValueRefused
from edgefill.core.lazy_regex import LazyPattern
from edgefill.template.dates import is_date, is_zero_time, normalize_datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgefill.core.slots import Slot, Value

MAX_NUMBER = 10**15  # larger numbers are not exact in JSON
SCHEMES = ("http", "https", "mailto")
ABSENT = "absent"  # the reason to refuse a system's zero time, which counts as no value

_BREAKS = LazyPattern("[\t\n\v\f\r\x85\u2028\u2029]+")
_UNSAFE = LazyPattern("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Marks that turn the direction of text around them (Unicode Standard Annex 9, section 2), and
# characters that only hide in a name: zero-width space, word joiner, byte order mark, soft hyphen.
_HIDDEN = LazyPattern(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\xad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff"
    "\ufff9-\ufffb]"
)
# Nothing but what prints no ink: joiners, fillers, variation selectors, tags, spaces.
_BLANK = LazyPattern(
    "[\\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]*"
)
_NUMBER = LazyPattern(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")
_MONEY = LazyPattern(r"(-?[0-9]{1,15}(?:\.[0-9]{1,6})?) ([A-Z]{3})")
_SCHEME = LazyPattern(r"([A-Za-z][A-Za-z0-9+.-]*):")


def coerce_values(
    slots: tuple[Slot, ...], raw_values: Mapping[str, object]
) -> tuple[dict[str, Value], dict[str, str]]:
    """The values to fill with, and the reason for each raw value that was refused.

    A slot gets its raw value, else its default, else it is absent (undefined). JSON's null counts
    as absent, and so does a system's zero time; names without a slot are ignored.
    """
    values: dict[str, Value] = {}
    refusals: dict[str, str] = {}
    for slot in slots:
        raw = raw_values.get(slot.name)
        if raw is not None:
            try:
                values[slot.name] = coerce_value(slot, raw)
                continue
            except SlotValueRefused as error:
                if error.reason != ABSENT:
                    refusals[slot.name] = error.reason
        if slot.default is not None:
            values[slot.name] = slot.default
    return values, refusals


def coerce_value(slot: Slot, raw: object) -> Value:
    """`raw` in the form of `slot`; SlotValueRefused names the slot and a reason."""
    return _COERCIONS[slot.type](slot, raw)


def _require_string(slot: Slot, raw: object) -> str:
    if not isinstance(raw, str):
        raise SlotValueRefused(slot.name, "type")
    return raw


def _coerce_text(slot: Slot, raw: object) -> Value:
    """One line: breaks become a space; control and hidden characters, surrogates are removed.

    Text that would print nothing is refused.
    """
    text = _require_string(slot, raw)
    if not text.isprintable():  # else the passes would change nothing
        text = _HIDDEN.sub("", _UNSAFE.sub("", _BREAKS.sub(" ", text)))
    text = text.strip()
    is_blank = not text.isascii() and _BLANK.fullmatch(text)
    if is_blank or not 0 < len(text) <= slot.max_length:
        raise SlotValueRefused(slot.name, "length")
    return text


def _coerce_number(slot: Slot, raw: object) -> Value:
    if isinstance(raw, str):
        if not _NUMBER.fullmatch(raw):
            raise SlotValueRefused(slot.name, "format")
        raw = float(raw) if "." in raw else int(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise SlotValueRefused(slot.name, "type")
    low = -MAX_NUMBER if slot.minimum is None else slot.minimum
    high = MAX_NUMBER if slot.maximum is None else slot.maximum
    if not max(low, -MAX_NUMBER) <= raw <= min(high, MAX_NUMBER):  # false for nan too
        raise SlotValueRefused(slot.name, "range")
    return raw


def _coerce_boolean(slot: Slot, raw: object) -> Value:
    if raw in ("true", "false"):
        return raw == "true"
    if not isinstance(raw, bool):
        raise SlotValueRefused(slot.name, "type")
    return raw


def _coerce_enum(slot: Slot, raw: object) -> Value:
    text = _require_string(slot, raw)
    if text not in slot.values:
        raise SlotValueRefused(slot.name, "choice")
    return text


def _coerce_money(slot: Slot, raw: object) -> Value:
    """A decimal amount and a currency that the slot declares: `129.90 EUR`."""
    match = _MONEY.fullmatch(_require_string(slot, raw))
    if not match:
        raise SlotValueRefused(slot.name, "format")
    if match[2] not in slot.values:
        raise SlotValueRefused(slot.name, "choice")
    return match[0]


def _coerce_date(slot: Slot, raw: object) -> Value:
    text = _require_string(slot, raw)
    if is_zero_time(text):
        raise SlotValueRefused(slot.name, ABSENT)
    if not is_date(text):
        raise SlotValueRefused(slot.name, "format")
    return text


def _coerce_datetime(slot: Slot, raw: object) -> Value:
    """RFC 3339 with an offset, to the microsecond; no leap seconds."""
    text = normalize_datetime(_require_string(slot, raw))
    if is_zero_time(raw):
        raise SlotValueRefused(slot.name, ABSENT)
    if text is None:
        raise SlotValueRefused(slot.name, "format")
    return text


def _coerce_url(slot: Slot, raw: object) -> Value:
    """http, https, mailto or relative; nothing that a browser would read differently."""
    text = _require_string(slot, raw)
    if not text.isprintable() and (_UNSAFE.search(text) or _HIDDEN.search(text)):
        raise SlotValueRefused(slot.name, "control")
    if not 0 < len(text) <= slot.max_length:
        raise SlotValueRefused(slot.name, "length")
    if not is_safe_url(text):
        raise SlotValueRefused(slot.name, "scheme")
    return text


def is_safe_url(text: str) -> bool:
    """Whether a link to `text` leads to http(s), mailto or the same site."""
    if "\\" in text or text.startswith("//") or text != "".join(text.split()):
        return False
    scheme = _SCHEME.match(text)
    if scheme is None:
        return ":" not in text.partition("/")[0].partition("?")[0].partition("#")[0]
    name, rest = scheme[1].lower(), text[scheme.end() :]
    return name in SCHEMES and (name == "mailto" or (rest[:2] == "//" and rest[2:3] not in "/"))


def _coerce_list(slot: Slot, raw: object) -> Value:
    if not isinstance(raw, (list, tuple)):
        raise SlotValueRefused(slot.name, "type")
    if len(raw) > slot.max_items:
        raise SlotValueRefused(slot.name, "items")
    try:
        return [_coerce_item(slot, item) for item in raw]  # type: ignore[return-value] # one kind of item
    except SlotValueRefused as error:
        raise SlotValueRefused(slot.name, error.reason) from None


def _coerce_item(slot: Slot, raw: object) -> object:
    if slot.item and slot.item[0].name == "":
        return coerce_value(slot.item[0], raw)
    if not isinstance(raw, dict) or raw.keys() - {field.name for field in slot.item}:
        raise SlotValueRefused(slot.name, "type")
    values, refusals = coerce_values(slot.item, raw)
    for reason in refusals.values():
        raise SlotValueRefused(slot.name, reason)
    if len(values) < len(slot.item):  # templates rely on every field of a record
        raise SlotValueRefused(slot.name, "type")
    return values


_COERCIONS: dict[str, Callable[[Slot, object], Value]] = {
    "text": _coerce_text,
    "name": _coerce_text,
    "number": _coerce_number,
    "boolean": _coerce_boolean,
    "enum": _coerce_enum,
    "money": _coerce_money,
    "date": _coerce_date,
    "datetime": _coerce_datetime,
    "url": _coerce_url,
    "list": _coerce_list,
}
