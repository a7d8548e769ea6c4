"""Resolves a locale's CLDR patterns, names and symbols (from Babel) into a program's formats.

Every pattern is checked before it is used: for a set of probes the edge's writer must produce the
same text as Babel, else the locale is refused. Then it is corrected where Babel deviates from CLDR
(`cldr_corrections.py`).
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
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

from edgefill.compiler.language.cldr_corrections import (
    correct_day_periods,
    correct_money_pattern,
    correct_number_pattern,
    name_hours,
)
from edgefill.template.amounts import make_money_formatter, make_number_formatter
from edgefill.template.moments import make_moment_formatter

_AMOUNTS = ("0", "-0.5", "0.125", "1234", "-12345.678", "1234567890.005", "99999999.995")
_MOMENTS = tuple(f"20{10 + n}-{n:02d}-{n * 2 + 3:02d}T{n * 2 - 1:02d}:05:09Z" for n in range(1, 13))
_WIDTHS: dict[int, Any] = {3: "abbreviated", 4: "wide", 5: "narrow", 6: "short"}


class LocaleRefused(ValueError):
    """Babel does not know the locale, or the edge cannot write exactly as the locale does."""


@lru_cache(maxsize=256)
def find_locale(tag: str) -> Locale:
    """Babel's locale for a tag such as `de-AT`; LocaleRefused unless it uses western digits."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise LocaleRefused(f"Babel does not know the locale {tag!r}") from error
    if locale.default_numbering_system != "latn":
        raise LocaleRefused(f"locale {tag!r} does not use western digits")
    return locale


def resolve_number_format(tag: str) -> list[Any]:
    """["number", pattern] for the locale's decimal numbers; LocaleRefused."""
    locale = find_locale(tag)
    pattern = _build_number_pattern(locale.decimal_formats[None], locale, None)
    write = make_number_formatter(pattern)
    for probe in _AMOUNTS:
        number = float(probe)
        require_equal(tag, write(number), format_decimal(number, locale=locale))
    return ["number", correct_number_pattern(pattern, locale)]


def resolve_money_format(tag: str, currencies: tuple[str, ...]) -> list[Any]:
    """["money", {currency: pattern}] for the currencies that a slot declares; LocaleRefused."""
    locale = find_locale(tag)
    standard = locale.currency_formats["standard"]
    patterns = {
        currency: _build_number_pattern(standard, locale, currency) for currency in currencies
    }
    write = make_money_formatter(patterns)
    for currency in currencies:
        for probe in _AMOUNTS:
            expected = format_currency(Decimal(probe), currency, locale=locale)
            require_equal(tag, write(f"{probe} {currency}"), expected)
    return [
        "money",
        {
            currency: correct_money_pattern(pattern, standard, locale, currency)
            for currency, pattern in patterns.items()
        },
    ]


def resolve_moment_format(tag: str, part: str, style: str) -> list[Any]:
    """["moment", pattern] in a style (short, medium, long, full); LocaleRefused.

    `part` is `date` or `time`.
    """
    locale = find_locale(tag)
    formats = locale.date_formats if part == "date" else locale.time_formats
    tokens = tokenize_pattern(parse_pattern(formats[style]).pattern)
    pattern = [_build_moment_token(kind, token, locale) for kind, token in tokens]
    write = make_moment_formatter(pattern)
    render = format_date if part == "date" else format_time
    for probe in _MOMENTS:
        moment = datetime.datetime.fromisoformat(probe)
        require_equal(tag, write(probe), render(moment, format=style, locale=locale))
    return ["moment", correct_day_periods(pattern, locale)]


def require_equal(tag: str, text: str, expected: str) -> None:
    """LocaleRefused unless the edge's writer produced the text that Babel produces."""
    if text != expected:
        raise LocaleRefused(f"Edgefill cannot write a pattern of the locale {tag!r} exactly")


def _build_number_pattern(pattern: Any, locale: Locale, currency: str | None) -> list[Any]:
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


def _build_moment_token(kind: str, token: Any, locale: Locale) -> Any:
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
    if field == "B":
        return ["a", name_hours(_WIDTHS[max(width, 3)], locale)]
    if field in "yMLdHhKkms":
        return ["M" if field == "L" else field, width]
    raise LocaleRefused(
        f"Edgefill cannot write the date field {field * width!r} of the locale {locale}"
    )
