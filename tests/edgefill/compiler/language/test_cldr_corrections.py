"""Where Babel deviates from CLDR, the edge follows CLDR: over all locales, and for named ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from babel import Locale
from babel.dates import format_time
from babel.localedata import locale_identifiers
from babel.numbers import format_currency

from edgefill.compiler.language.cldr import (
    LocaleRefused,
    find_locale,
    resolve_moment_format,
    resolve_money_format,
    resolve_number_format,
)
from edgefill.template.amounts import make_money_formatter, make_number_formatter
from edgefill.template.moments import make_moment_formatter
from tests.edgefill.compiler.language.cldr_reference import format_money, format_number

AMOUNTS = ("0", "10.00", "-10", "-0.5", "1234.5", "-12345.678", "1234567.891")
CURRENCIES = ("EUR", "CHF", "JPY", "KWD")
TIMES = tuple(f"2026-11-23T{hour:02d}:05:09Z" for hour in range(24))


def list_locales() -> Iterator[Locale]:
    """Every locale of Babel that Edgefill accepts."""
    for identifier in sorted(locale_identifiers()):
        try:
            yield find_locale(identifier.replace("_", "-"))
        except LocaleRefused:
            continue


def tag_of(locale: Locale) -> str:
    return str(locale).replace("_", "-")


def write_money(tag: str, *amounts: str) -> list[str]:
    currencies = tuple({amount.split(" ")[1] for amount in amounts})
    write = make_money_formatter(resolve_money_format(tag, currencies)[1])
    return [write(amount) for amount in amounts]


def test_money_is_babels_except_for_spaces_and_signs() -> None:
    """The oracle is Babel, its text corrected by the rules of UTS 35, in every locale."""
    spaced, count = set(), 0
    for locale in list_locales():
        write = make_money_formatter(resolve_money_format(tag_of(locale), CURRENCIES)[1])
        for currency in CURRENCIES:
            for amount in AMOUNTS:
                expected = format_money(Decimal(amount), currency, locale)
                assert write(f"{amount} {currency}") == expected, locale
                babel = format_currency(Decimal(amount), currency, locale=locale)
                spaced |= {str(locale)} if expected.count("\xa0") > babel.count("\xa0") else set()
                count += 1
    assert count > 900 * len(CURRENCIES) * len(AMOUNTS)
    assert {"en", "ja", "zh"} <= spaced
    assert not {"de", "fr", "it", "es"} & spaced


def test_only_one_locale_declares_a_decimal_sign_for_money_alone() -> None:
    """So the oracle above is complete; a new version of Babel's data would show here."""
    own = {
        str(locale): (signs.get("currencyDecimal"), signs.get("currencyGroup"))
        for locale in list_locales()
        if {"currencyDecimal", "currencyGroup"} & (signs := locale.number_symbols["latn"]).keys()
    }
    assert own == {"fr_CH": (".", None), "de_AT": (None, ".")}


def test_numbers_are_babels_with_the_locales_minus() -> None:
    """In every locale; a minus of its own have among others sv, fi, nb, hr and fa."""
    other = set()
    for locale in list_locales():
        write = make_number_formatter(resolve_number_format(tag_of(locale))[1])
        minus = locale.number_symbols["latn"].get("minusSign", "-")
        for amount in AMOUNTS:
            assert write(float(amount)) == format_number(float(amount), locale), locale
        if minus != "-":
            other.add(str(locale))
    assert {"sv", "fi", "nb", "et"} <= other
    assert not {"de", "en", "fr", "es"} & other


def test_times_are_babels_except_where_only_the_short_names_are_english() -> None:
    """In every locale and hour; the exceptions are named."""
    own, refused = set(), set()
    for locale in list_locales():
        for style in ("short", "medium"):
            try:
                write = make_moment_formatter(
                    resolve_moment_format(tag_of(locale), "time", style)[1]
                )
            except LocaleRefused:
                refused.add(str(locale))
                continue
            for time in TIMES:
                babel = format_time(datetime.fromisoformat(time), format=style, locale=locale)
                if write(time) != babel:
                    own.add(locale.language)
                    assert re.search(r"\b[AP]M\b", babel), locale
                    assert not re.search(r"\b[AP]M\b", write(time)), locale
    assert own == {"ko", "kok", "ks", "sd", "st", "tig", "trv"}
    assert refused == set()


@pytest.mark.parametrize(
    ("tag", "amount", "text"),
    [
        ("en", "10.00 CHF", "CHF\xa010.00"),
        ("en", "-10.00 CHF", "-CHF\xa010.00"),
        ("en", "10 EUR", "€10.00"),
        ("en", "10 JPY", "¥10"),
        ("en-GB", "1234.5 SEK", "SEK\xa01,234.50"),
        ("en", "10 XOF", "F\u202fCFA\xa010"),
        ("ja", "10 CHF", "CHF\xa010.00"),
        ("zh", "10 PLN", "PLN\xa010.00"),
        ("ko", "10 CHF", "CHF\xa010.00"),
        ("es-MX", "10 CHF", "CHF\xa010.00"),
        ("pt-BR", "10 CHF", "CHF\xa010,00"),
        ("nl", "-10 CHF", "CHF\xa0-10,00"),
        ("de", "10 CHF", "10,00\xa0CHF"),
        ("fr-CH", "1234.5 CHF", "1\u202f234.50\xa0CHF"),
        ("fr-CH", "-1234567.891 EUR", "-1\u202f234\u202f567.89\xa0€"),
        ("fr", "1234.5 CHF", "1\u202f234,50\xa0CHF"),
        ("sv", "-10 SEK", "\u221210,00\xa0kr"),
        ("fi", "-1234.5 EUR", "\u22121\xa0234,50\xa0€"),
    ],
)
def test_amounts_as_cldr_has_them(tag: str, amount: str, text: str) -> None:
    """Read off ICU 78 (CLDR 48), which Node's Intl.NumberFormat shows."""
    assert write_money(tag, amount) == [text]


def test_a_number_keeps_its_own_decimal_sign() -> None:
    """Only money has another one in fr-CH."""
    assert make_number_formatter(resolve_number_format("fr-CH")[1])(1234.5) == "1\u202f234,5"
    assert make_number_formatter(resolve_number_format("sv")[1])(-5) == "\u22125"


@pytest.mark.parametrize(
    ("tag", "hour", "text"),
    [
        ("ko", 14, "오후 2:05"),
        ("ko-KR", 0, "오전 12:05"),
        ("ko", 12, "오후 12:05"),
        ("en", 14, "2:05\u202fPM"),
        ("es-MX", 9, "9:05\u202fa.m."),
        ("zh-Hant", 0, "凌晨12:05"),
        ("zh-Hant", 5, "清晨5:05"),
        ("zh-Hant", 11, "上午11:05"),
        ("zh-Hant", 12, "中午12:05"),
        ("zh-Hant", 18, "下午6:05"),
        ("zh-TW", 19, "晚上7:05"),
        ("de", 14, "14:05"),
    ],
)
def test_periods_of_the_day_are_in_the_locales_words(tag: str, hour: int, text: str) -> None:
    """Korean has them only in the wide form, Taiwan's Chinese one for each hour."""
    write = make_moment_formatter(resolve_moment_format(tag, "time", "short")[1])
    assert write(f"2026-11-23T{hour:02d}:05:00+01:00") == text


def test_midnight_has_the_name_of_its_hour() -> None:
    """Babel names this minute alone; ICU does not."""
    write = make_moment_formatter(resolve_moment_format("zh-Hant", "time", "short")[1])
    assert write("2026-11-23T00:00:00Z") == "凌晨12:00"
