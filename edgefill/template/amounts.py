"""Format numbers and money as a locale writes them, by patterns that Babel resolved.

A pattern is data: [prefix, prefix if negative, suffix, suffix if negative, size of the first group,
size of further groups, minimum of integer digits, minimum and maximum of decimals, group separator,
decimal separator]. Rounding is half to even on the decimal digits, as in CLDR and Babel; `decimal`
would take 3 ms to import.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Formatter = Callable[[Any], Any]

_PATTERN_TYPES = (str, str, str, str, int, int, int, int, int, str, str)
_MAX_DIGITS = 40  # digits of a group or of the decimals; no locale needs as many


def make_number_formatter(pattern: Any) -> Formatter:
    """A function that formats numbers by `pattern` and returns anything else unchanged."""
    format_digits = _make_formatter(pattern)

    def format_number(raw: Any) -> Any:
        kind = type(raw)
        text = format_digits(str(raw)) if kind is int or kind is float else None
        return raw if text is None else text

    return format_number


def make_money_formatter(patterns: Any) -> Formatter:
    """A function that formats "129.90 EUR" by its currency's pattern, nothing else."""
    if not isinstance(patterns, dict):
        raise ObjectCorrupt("program: the money patterns are not an object")
    formatters = {currency: _make_formatter(pattern) for currency, pattern in patterns.items()}

    def format_money(raw: Any) -> Any:
        amount, _, currency = raw.partition(" ") if type(raw) is str else ("", "", "")
        format_digits = formatters.get(currency)
        text = format_digits(amount) if format_digits else None
        return raw if text is None else text

    return format_money


def _make_formatter(pattern: Any) -> Callable[[str], str | None]:
    if (
        not isinstance(pattern, list)
        or tuple(map(type, pattern)) != _PATTERN_TYPES
        or not all(0 <= number <= _MAX_DIGITS for number in pattern[6:9])
        or min(pattern[4:6]) < 1
    ):
        raise ObjectCorrupt("program: a number pattern is malformed")
    (
        plus,
        minus,
        plus_end,
        minus_end,
        first,
        others,
        min_digits,
        min_decimals,
        max_decimals,
        group,
        point,
    ) = pattern

    def format_digits(amount: str) -> str | None:
        negative = amount[:1] == "-"
        whole, _, fraction = amount[negative:].partition(".")
        if len(fraction) <= max_decimals and whole.isdecimal() and len(whole) <= _MAX_DIGITS:
            fraction = fraction.ljust(max_decimals, "0")  # nothing to round: the common case
        else:
            whole, fraction = _round(whole, fraction, max_decimals)
        if not (whole.isascii() and (whole + fraction).isdecimal()):
            return None
        whole = whole.lstrip("0").zfill(min_digits or 1)
        if len(whole) > first:
            whole = _group(whole, first, others, group)
        if max_decimals > min_decimals:
            fraction = fraction[:min_decimals] + fraction[min_decimals:].rstrip("0")
        number = f"{whole}{point}{fraction}" if fraction else whole
        return f"{minus}{number}{minus_end}" if negative else f"{plus}{number}{plus_end}"

    return format_digits


def _round(whole: str, fraction: str, places: int) -> tuple[str, str]:
    """Exactly `places` decimals, half to even; two empty strings for what is not a number."""
    fraction, _, exponent = fraction.partition("e")
    if not fraction:
        whole, _, exponent = whole.partition("e")
    digits, power = whole + fraction, exponent.lstrip("+-") or "0"
    is_number = digits.isdecimal() and power.isdecimal()
    if not is_number or len(digits) > _MAX_DIGITS or len(power) > 3:
        return "", ""
    shift = (-int(power) if exponent[:1] == "-" else int(power)) - len(fraction) + places
    scaled = int(digits)
    if shift >= 0:
        scaled *= 10**shift
    else:
        unit = 10**-shift
        scaled, remainder = divmod(scaled, unit)
        scaled += remainder * 2 > unit or (remainder * 2 == unit and scaled % 2)
    text = str(scaled).zfill(places + 1)
    return text[: len(text) - places], text[len(text) - places :]


def _group(digits: str, first: int, others: int, sign: str) -> str:
    groups = [digits[-first:]]
    digits = digits[:-first]
    while len(digits) > others:
        groups.append(digits[-others:])
        digits = digits[:-others]
    groups.append(digits)
    return sign.join(reversed(groups))
