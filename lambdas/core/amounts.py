"""Amounts: numbers and money written as a locale writes them, from patterns resolved by Babel.

A pattern is data: [prefix, prefix if negative, suffix, suffix if negative, first group, further
groups, least integer digits, least and most decimals, group sign, decimal sign]. Rounding is half
to even on the decimal digits, as in CLDR and Babel; `decimal` would cost 3 ms to import.
"""

from __future__ import annotations

from lambdas.core.errors import ObjectCorrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Writer = Callable[[Any], Any]

_SHAPE = (str, str, str, str, int, int, int, int, int, str, str)
_MOST_DIGITS = 40  # of a group or of decimals; no locale comes near


def number_writer(pattern: Any) -> Writer:
    """Writes numbers by `pattern`; anything that is no number passes unchanged."""
    write = _writer(pattern)

    def number(given: Any) -> Any:
        kind = type(given)
        return write(str(given)) if kind is int or kind is float else given

    return number


def money_writer(patterns: Any) -> Writer:
    """Writes "129.90 EUR" by its currency's pattern; anything else passes unchanged."""
    if not isinstance(patterns, dict):
        raise ObjectCorrupt("program: money patterns are no object")
    writers = {currency: _writer(pattern) for currency, pattern in patterns.items()}

    def money(given: Any) -> Any:
        amount, _, currency = given.partition(" ") if type(given) is str else ("", "", "")
        write = writers.get(currency)
        return write(amount) if write and amount else given

    return money


def _writer(pattern: Any) -> Callable[[str], str]:
    if (
        not isinstance(pattern, list)
        or tuple(map(type, pattern)) != _SHAPE
        or not all(0 <= number <= _MOST_DIGITS for number in pattern[6:9])
        or min(pattern[4:6]) < 1
    ):
        raise ObjectCorrupt("program: a number pattern is malformed")
    plus, minus, end, minus_end, first, rest, least, low, high, group, point = pattern

    def write(amount: str) -> str:
        parsed = _digits(amount, high)
        if parsed is None:
            return amount
        negative, whole, fraction = parsed
        text = _grouped(whole.zfill(least), first, rest, group)
        fraction = fraction[:low] + fraction[low:].rstrip("0")
        if fraction:
            text += point + fraction
        return f"{minus}{text}{minus_end}" if negative else f"{plus}{text}{end}"

    return write


def _digits(amount: str, places: int) -> tuple[bool, str, str] | None:
    """Sign, integer digits and exactly `places` decimals of `amount`, rounded half to even."""
    negative = amount[:1] == "-"
    mantissa, _, exponent = amount[negative:].partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        return None
    power = exponent.lstrip("+-") or "0"
    if not (power.isascii() and power.isdigit() and len(power) <= 3):
        return None
    shift = (-int(power) if exponent[:1] == "-" else int(power)) - len(fraction) + places
    scaled = int(digits)
    if shift >= 0:
        scaled *= 10**shift
    else:
        unit = 10**-shift
        scaled, cut = divmod(scaled, unit)
        scaled += cut * 2 > unit or (cut * 2 == unit and scaled % 2)
    written = str(scaled).zfill(places + 1)
    return negative, written[: len(written) - places], written[len(written) - places :]


def _grouped(digits: str, first: int, rest: int, sign: str) -> str:
    if len(digits) <= first:
        return digits
    groups = [digits[-first:]]
    digits = digits[:-first]
    while len(digits) > rest:
        groups.append(digits[-rest:])
        digits = digits[:-rest]
    groups.append(digits)
    return sign.join(reversed(groups))
