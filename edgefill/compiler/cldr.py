"""CLDR: a locale's patterns, names and symbols, resolved by Babel into a program's formats.

Every pattern is proven before it is used: what core writes for a set of probes must equal what
Babel writes, else the locale is refused. Babel ignores CLDR's minimum grouping; so do we.
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_time,
    get_day_names,
    get_month_names,
    get_period_names,
    parse_pattern,
    tokenize_pattern,
)
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)

from edgefill.template.amounts import make_money_formatter, make_number_formatter
from edgefill.template.moments import make_moment_formatter

_AMOUNTS = ("0", "-0.5", "0.125", "1234", "-12345.678", "1234567890.005", "99999999.995")
_MOMENTS = tuple(f"20{10 + n}-{n:02d}-{n * 2 + 3:02d}T{n * 2 - 1:02d}:05:09Z" for n in range(1, 13))
_WIDTHS: dict[int, Any] = {3: "abbreviated", 4: "wide", 5: "narrow", 6: "short"}


class LocaleRefused(ValueError):
    """Babel does not know the locale, or core cannot write as the locale does."""


@lru_cache(maxsize=256)
def locale_of(tag: str) -> Locale:
    """Babel's locale for a tag such as `de-AT`; it must use western digits."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise LocaleRefused(f"Babel knows no locale {tag!r}") from error
    if locale.default_numbering_system != "latn":
        raise LocaleRefused(f"locale {tag!r} does not count in western digits")
    return locale


def resolve_number_format(tag: str) -> list[Any]:
    """["number", pattern] for the locale's decimal numbers."""
    locale = locale_of(tag)
    pattern = _pattern(locale.decimal_formats[None], locale, None)
    write = make_number_formatter(pattern)
    for probe in _AMOUNTS:
        number = float(probe)
        prove(tag, write(number), format_decimal(number, locale=locale))
    return ["number", pattern]


def resolve_money_format(tag: str, currencies: tuple[str, ...]) -> list[Any]:
    """["money", {currency: pattern}] for the currencies that a slot declares."""
    locale = locale_of(tag)
    standard = locale.currency_formats["standard"]
    patterns = {currency: _pattern(standard, locale, currency) for currency in currencies}
    write = make_money_formatter(patterns)
    for currency in currencies:
        for probe in _AMOUNTS:
            expected = format_currency(_decimal(probe), currency, locale=locale)
            prove(tag, write(f"{probe} {currency}"), expected)
    return ["money", patterns]


def resolve_moment_format(tag: str, what: str, style: str) -> list[Any]:
    """["moment", pattern] for `date` or `time` in the style short, medium, long or full."""
    locale = locale_of(tag)
    formats = locale.date_formats if what == "date" else locale.time_formats
    tokens = tokenize_pattern(parse_pattern(formats[style]).pattern)
    pattern = [_token(kind, token, locale) for kind, token in tokens]
    write = make_moment_formatter(pattern)
    render = format_date if what == "date" else format_time
    for probe in _MOMENTS:
        moment = datetime.datetime.fromisoformat(probe)
        prove(tag, write(probe), render(moment, format=style, locale=locale))
    return ["moment", pattern]


def _decimal(text: str) -> Any:
    from decimal import Decimal  # noqa: PLC0415 - probes alone need it

    return Decimal(text)


def prove(tag: str, ours: str, babels: str) -> None:
    """LocaleRefused unless core writes a probe as Babel does."""
    if ours != babels:
        raise LocaleRefused(f"locale {tag!r} has a pattern that Edgefill cannot write exactly")


def _pattern(pattern: Any, locale: Locale, currency: str | None) -> list[Any]:
    affixes = [*pattern.prefix, *pattern.suffix]
    least, most = pattern.frac_prec
    if currency is not None:
        symbol = get_currency_symbol(currency, locale)
        affixes = [a.replace("¤¤", currency).replace("¤", symbol) for a in affixes]
        least = most = get_currency_precision(currency)
    affixes = [re.sub(r"'([^']*)'", lambda m: m.group(1) or "'", affix) for affix in affixes]
    first, rest = (min(size, 40) for size in pattern.grouping)
    return [
        *affixes, first, rest, pattern.int_prec[0], least, most,
        get_group_symbol(locale), get_decimal_symbol(locale),
    ]  # fmt: skip


def _token(kind: str, token: Any, locale: Locale) -> Any:
    if kind == "chars":
        return token
    field, width = token
    context: Any = "stand-alone" if field in "Lc" else "format"
    if field in "ML" and width > 2:
        names = get_month_names(_WIDTHS[width], context, locale)
        return ["M", [names[month] for month in range(1, 13)]]
    if field in "Ec" and (width > 2 or field == "E"):
        names = get_day_names(_WIDTHS[max(width, 3)], context, locale)
        return ["w", [names[day] for day in range(7)]]
    if field == "a":
        names = get_period_names(_WIDTHS[max(width, 3)], context, locale)
        return ["a", [names["am"], names["pm"]]]
    if field in "yMLdHhKkms":
        return ["M" if field == "L" else field, width]
    raise LocaleRefused(f"locale {locale} writes a date with {field * width!r}")
