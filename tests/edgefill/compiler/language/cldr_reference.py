"""Babel's text, corrected by the rules of UTS 35 on the written text: the oracle for amounts."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_symbol


def format_number(number: float, locale: Locale) -> str:
    """With the locale's own minus."""
    return _sign(format_decimal(number, locale=locale), locale)


def format_money(amount: Decimal, currency: str, locale: Locale) -> str:
    """With a space between a symbol of letters and a digit, and with the signs of money."""
    symbol = get_currency_symbol(currency, locale)
    text = _space_symbol(format_currency(amount, currency, locale=locale), symbol)
    signs = locale.number_symbols["latn"]
    if "currencyDecimal" in signs:
        text = re.sub(r"(?<=\d),(?=\d)", signs["currencyDecimal"], text)
    return _sign(text, locale)


def _space_symbol(text: str, symbol: str) -> str:
    before, after = (unicodedata.category(symbol[at])[0] not in "SZ" for at in (-1, 0))
    if before:
        text = re.sub(rf"({re.escape(symbol)})(?=[0-9])", "\\1\u00a0", text)
    return re.sub(rf"(?<=[0-9])({re.escape(symbol)})", "\u00a0\\1", text) if after else text


def _sign(text: str, locale: Locale) -> str:
    return text.replace("-", locale.number_symbols["latn"].get("minusSign", "-"))
