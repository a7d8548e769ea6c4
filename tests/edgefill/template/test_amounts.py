"""Amounts equal Babel's, digit for digit, with the spaces and signs of CLDR."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from edgefill.compiler.language.cldr import (
    find_locale,
    resolve_money_format,
    resolve_number_format,
)
from edgefill.core.errors import ObjectCorrupt
from edgefill.template.amounts import make_money_formatter, make_number_formatter
from tests.edgefill.compiler.language.cldr_reference import format_money, format_number

LOCALES = (
    "en",
    "de",
    "de-CH",
    "de-AT",
    "fr",
    "hi",
    "es",
    "pl",
    "ru",
    "ja",
    "he",
    "sv",
    "pt",
    "fr-CH",
)
CURRENCIES = ("EUR", "USD", "JPY", "KWD", "CHF", "INR")
GERMAN: list[Any] = ["", "-", "\xa0€", "\xa0€", 3, 3, 1, 2, 2, ".", ","]


@given(
    locale=st.sampled_from(LOCALES),
    number=st.integers(-(10**15), 10**15)
    | st.floats(-1e15, 1e15)
    | st.decimals(-1000, 1000, places=4).map(float),
)
def test_numbers_are_babels_with_the_locales_minus(locale: str, number: float) -> None:
    """Grouping, decimals and rounding half to even, in every kind of locale."""
    expected = format_number(number, find_locale(locale))
    assert make_number_formatter(resolve_number_format(locale)[1])(number) == expected


@given(
    locale=st.sampled_from(LOCALES),
    currency=st.sampled_from(CURRENCIES),
    amount=st.decimals(-(10**13), 10**13, places=3, allow_nan=False, allow_infinity=False),
)
def test_money_is_babels_with_the_spaces_of_cldr(
    locale: str, currency: str, amount: Decimal
) -> None:
    """Symbol, its place and the currency's own decimals."""
    expected = format_money(amount, currency, find_locale(locale))
    write = make_money_formatter(resolve_money_format(locale, CURRENCIES)[1])
    assert write(f"{amount:f} {currency}") == expected


@pytest.mark.parametrize(
    "raw", ["", "x EUR", "1 GBP", "EUR", "12", "1e9999 EUR", "1.1e1e1 EUR", "٣ EUR", None, 3, []]
)
def test_what_is_not_money_is_not_changed(raw: object) -> None:
    """A filter never raises, whatever a tampered store contains."""
    assert make_money_formatter({"EUR": GERMAN})(raw) == raw


@pytest.mark.parametrize("raw", ["12", None, True, [], float("inf"), float("nan")])
def test_what_is_not_a_number_is_not_changed(raw: object) -> None:
    """Text, booleans and infinities are not formatted."""
    assert str(make_number_formatter(GERMAN)(raw)) in {str(raw), f"{raw}"}


@pytest.mark.parametrize(
    "pattern",
    [None, [], GERMAN[:-1], [*GERMAN[:4], 0, *GERMAN[5:]], [*GERMAN[:8], 41, *GERMAN[9:]],
     [*GERMAN[:4], True, *GERMAN[5:]], [1, *GERMAN[1:]], [*GERMAN[:6], -1, *GERMAN[7:]]],
)  # fmt: skip
def test_malformed_patterns_are_refused(pattern: object) -> None:
    """Linking checks a pattern to its last member."""
    with pytest.raises(ObjectCorrupt):
        make_number_formatter(pattern)
    with pytest.raises(ObjectCorrupt):
        make_money_formatter({"EUR": pattern})
    with pytest.raises(ObjectCorrupt):
        make_money_formatter(pattern)


def test_numbers_beyond_every_slot_are_still_formatted() -> None:
    """Python writes 1e16 with an exponent; so many digits come out of it."""
    write = make_number_formatter(resolve_number_format("de")[1])
    assert write(1e16) == format_decimal(1e16, locale="de") == "10.000.000.000.000.000"
