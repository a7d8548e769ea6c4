"""Corrects the formats that Babel 2.18 resolves differently from CLDR.

Each with its place in Unicode Technical Standard 35 (unicode.org/reports/tr35):

- `10.00 CHF` in en is `CHF 10.00`, in Babel `CHF10.00`. Between a letter of a currency's symbol and
  a digit stands a no-break space (part 3, currencySpacing; every locale has root's rules).
- `1234.50 CHF` in fr-CH is `1 234.50 CHF`, in Babel `1 234,50 CHF`. An amount of money has signs of
  its own where a locale declares them (part 3, currencyDecimal and currencyGroup).
- `-5` in sv is `\u22125`, in Babel `-5`. The minus of a pattern stands for the locale's (part 3,
  minusSign).
- 14:05 in ko is in Korean, in Babel `PM 2:05`. This goes beyond the standard: CLDR's abbreviated
  Korean names are the English ones, so where only these are English the wide ones are used.
- 0:00 in zh-Hant has the name of its hour, in Babel one of that minute only (part 4, B).

Not corrected, since Babel's data lack it: minimumGroupingDigits (`1.234,50` in es for `1234,50`).
"""

from __future__ import annotations

import datetime
import unicodedata
from typing import Any

from babel import Locale
from babel.dates import get_period_id, get_period_names
from babel.numbers import get_currency_symbol

SPACE = "\u00a0"
_ENGLISH = ["AM", "PM"]


def correct_money_pattern(
    pattern: list[Any], standard: Any, locale: Locale, code: str
) -> list[Any]:
    """A currency's pattern, as `make_money_formatter` takes it, with CLDR's spaces and signs.

    `standard` is Babel's pattern of the locale, with a mark in place of the symbol.
    """
    symbol = get_currency_symbol(code, locale)
    prefixes = [
        f"{text}{SPACE}" if mark.endswith("\u00a4") and _needs_space(symbol[-1]) else text
        for text, mark in zip(pattern[:2], standard.prefix, strict=True)
    ]
    suffixes = [
        f"{SPACE}{text}" if mark.startswith("\u00a4") and _needs_space(symbol[0]) else text
        for text, mark in zip(pattern[2:4], standard.suffix, strict=True)
    ]
    prefixes[1], suffixes[1] = (_replace_minus(text, locale) for text in (prefixes[1], suffixes[1]))
    signs = locale.number_symbols["latn"]
    group = signs.get("currencyGroup", pattern[9])
    return [*prefixes, *suffixes, *pattern[4:9], group, signs.get("currencyDecimal", pattern[10])]


def correct_number_pattern(pattern: list[Any], locale: Locale) -> list[Any]:
    """A pattern of decimal numbers with the locale's minus sign."""
    minus, minus_end = (_replace_minus(pattern[at], locale) for at in (1, 3))
    return [pattern[0], minus, pattern[2], minus_end, *pattern[4:]]


def _replace_minus(affix: str, locale: Locale) -> str:
    return affix.replace("-", locale.number_symbols["latn"].get("minusSign", "-"))


def _needs_space(neighbour: str) -> bool:
    """Whether the character is neither a symbol nor a space: [[:^S:]&[:^Z:]]."""
    return unicodedata.category(neighbour)[0] not in "SZ"


def correct_day_periods(pattern: list[Any], locale: Locale) -> list[Any]:
    """A pattern of a time, with the locale's own words where only their short form is English."""
    wide = get_period_names("wide", "format", locale)
    words = [wide.get(name, english) for name, english in zip(("am", "pm"), _ENGLISH, strict=True)]
    return [["a", words] if part == ["a", _ENGLISH] else part for part in pattern]


def name_hours(width: Any, locale: Locale) -> list[str]:
    """The name of the period of the day that each hour is in; LookupError without one."""
    names = get_period_names(width, "format", locale)
    return [names[get_period_id(datetime.time(hour, 1), locale=locale)] for hour in range(24)]
