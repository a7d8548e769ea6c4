"""Amounts: numbers and money written as a locale writes them, from patterns resolved by Babel.

A pattern is data: [prefix, prefix if negative, suffix, suffix if negative, first group, further
groups, least integer digits, least and most decimals, group sign, decimal sign]. Rounding is half
to even on the decimal digits, as in CLDR and Babel; `decimal` would cost 3 ms to import.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Writer = Callable[[Any], Any]

_SHAPE = (str, str, str, str, int, int, int, int, int, str, str)
_MOST_DIGITS = 40  # of a group or of decimals; no locale comes near


def make_number_formatter(pattern: Any) -> Writer:
    """Writes numbers by `pattern`; anything that is no number passes unchanged."""
    write = _writer(pattern)

    def number(given: Any) -> Any:
        kind = type(given)
        written = write(str(given)) if kind is int or kind is float else None
        return given if written is None else written

    return number


def make_money_formatter(patterns: Any) -> Writer:
    """Writes "129.90 EUR" by its currency's pattern; anything else passes unchanged."""
    if not isinstance(patterns, dict):
        raise ObjectCorrupt("program: money patterns are no object")
    writers = {currency: _writer(pattern) for currency, pattern in patterns.items()}

    def money(given: Any) -> Any:
        amount, _, currency = given.partition(" ") if type(given) is str else ("", "", "")
        write = writers.get(currency)
        written = write(amount) if write else None
        return given if written is None else written

    return money


def _writer(pattern: Any) -> Callable[[str], str | None]:
    if (
        not isinstance(pattern, list)
        or tuple(map(type, pattern)) != _SHAPE
        or not all(0 <= number <= _MOST_DIGITS for number in pattern[6:9])
        or min(pattern[4:6]) < 1
    ):
        raise ObjectCorrupt("program: a number pattern is malformed")
    plus, minus, end, minus_end, first, rest, least, low, high, group, point = pattern

    def write(amount: str) -> str | None:
        negative = amount[:1] == "-"
        whole, _, fraction = amount[negative:].partition(".")
        if len(fraction) <= high and whole.isdecimal() and len(whole) <= _MOST_DIGITS:
            fraction = fraction.ljust(high, "0")  # the common case needs no rounding
        else:
            whole, fraction = _rounded(whole, fraction, high)
        if not (whole.isascii() and (whole + fraction).isdecimal()):
            return None
        whole = whole.lstrip("0").zfill(least or 1)
        if len(whole) > first:
            whole = _grouped(whole, first, rest, group)
        if high > low:
            fraction = fraction[:low] + fraction[low:].rstrip("0")
        number = f"{whole}{point}{fraction}" if fraction else whole
        return f"{minus}{number}{minus_end}" if negative else f"{plus}{number}{end}"

    return write


def _rounded(whole: str, fraction: str, places: int) -> tuple[str, str]:
    """Exactly `places` decimals, half to even; empty strings when there is no number in it."""
    fraction, _, exponent = fraction.partition("e")
    if not fraction:
        whole, _, exponent = whole.partition("e")
    digits, power = whole + fraction, exponent.lstrip("+-") or "0"
    sound = digits.isdecimal() and power.isdecimal()
    if not sound or len(digits) > _MOST_DIGITS or len(power) > 3:
        return "", ""
    shift = (-int(power) if exponent[:1] == "-" else int(power)) - len(fraction) + places
    scaled = int(digits)
    if shift >= 0:
        scaled *= 10**shift
    else:
        unit = 10**-shift
        scaled, cut = divmod(scaled, unit)
        scaled += cut * 2 > unit or (cut * 2 == unit and scaled % 2)
    written = str(scaled).zfill(places + 1)
    return written[: len(written) - places], written[len(written) - places :]


def _grouped(digits: str, first: int, rest: int, sign: str) -> str:
    groups = [digits[-first:]]
    digits = digits[:-first]
    while len(digits) > rest:
        groups.append(digits[-rest:])
        digits = digits[:-rest]
    groups.append(digits)
    return sign.join(reversed(groups))
