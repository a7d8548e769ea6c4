"""Recognises identifiers in literal text: e-mail addresses, amounts, numbers and codes.

A template is served to every visitor of its case. An order number that a model made up, or copied
from an example, would reach them all, so a template must not contain one. A finding never repeats
the matched text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFinding:
    """Something wrong in a text, from the offset `start` to before `end`; `rule` names its kind."""

    start: int
    end: int
    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identifier:
    rule: str
    reason: str
    remedy: str
    pattern: re.Pattern[str]
    exempt: re.Pattern[str] | None = None  # a whole match of this kind is none


_ROLES = (
    "support|help|info|service|contact|hello|hi|team|orders?|sales|billing|shop|returns|privacy|"
    "no-?reply|kontakt|hilfe|hallo|kundenservice|datenschutz|rechnung|retouren"
)
_CURRENCY = r"(?:€|\$|£|¥|₹|EUR|USD|GBP|CHF|JPY|INR|US\$)"
_UNIT = r"(?:€|\$|£|¥|₹|(?:EUR|USD|GBP|CHF|JPY|INR|euros?|dollars?|pounds?|francs?|franken)\b)"
# possessive (`*+`): what such a part has matched is never tried again, so reading stays linear
_AMOUNT = r"[0-9]++(?:[.,'\u00a0\u202f ][0-9]++)*+"
_THING = (
    r"(?:order|purchase|invoice|bill|ticket|case|customer|account|booking|tracking|refund|parcel|"
    r"shipment|payment|transaction|reference|reservation|bestell|auftrag|rechnung|kunden|sendung|"
    r"vorgang|buchung|konto|ticket|paket)"
)
_MARK = r"(?:number|numbered|nummer|no\.?|nr\.?|id|code|reference|\u2116)"
_OPEN = r"(?:</?[a-z]{1,20}>)?[#'\"(]*+"
_LINK = rf"[^\W\d_]{{0,24}}[ \t]*+(?:{_MARK}[ \t]*+[#:]?|[#:])[ \t]*+{_OPEN}[ \t]*+"
_DAY, _MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_DATE = (
    rf"(?:{_DAY}[./-] ?{_MONTH}[./-] ?{_YEAR}|{_MONTH}/{_DAY}/{_YEAR}"
    rf"|{_YEAR}[./-]{_MONTH}[./-]{_DAY}"
    rf"|{_DAY}\.(?: ?{_MONTH}\.)?|{_YEAR}|[0-2]?[0-9]\.[0-5][0-9])"
)
_IDENTIFIERS = (
    _Identifier(
        rule="email",
        reason="the e-mail address of a person",
        remedy="use a slot, or a shop address such as support@...",
        pattern=re.compile(
            rf"(?<![\w.+-])(?!(?:{_ROLES})@)[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
        ),
    ),
    _Identifier(
        rule="amount",
        reason="an amount of money",
        remedy="use a money slot: {{ x | money }}",
        pattern=re.compile(
            rf"(?<!\w){_CURRENCY}[ \u00a0\u202f]?{_AMOUNT}"
            # not from within an amount that has just been read in vain
            rf"|(?<![\w.,])(?<![0-9]['\u00a0\u202f ]){_AMOUNT}[ \u00a0\u202f]?{_UNIT}",
            re.IGNORECASE,
        ),
    ),
    _Identifier(
        rule="order-id",
        reason="the number of an order, invoice or customer",
        remedy="use a text slot",
        pattern=re.compile(
            rf"\b{_THING}{_LINK}(?=[A-Z0-9-]*[0-9]{{3}})[A-Z0-9][A-Z0-9-]{{2,}}"
            rf"|\b{_THING}[^\W\d_]*+[ \t]++{_OPEN}(?!(?:19|20)[0-9][0-9]\b)[0-9]{{4,}}"
            r"|(?<!&)#[A-Z]*-?[0-9]{3,}",
            re.IGNORECASE,
        ),
    ),
    _Identifier(
        rule="order-id",
        reason="a code of letters and digits",
        remedy="use a text slot",
        pattern=re.compile(
            r"(?<![\w&#-])(?=[A-Z0-9-]*[A-Z])(?=(?:[A-Z-]*[0-9]){3})[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w-])"
        ),
    ),
    _Identifier(
        rule="phone",
        reason="a telephone number",
        remedy="use a text slot",
        pattern=re.compile(
            r"(?<![\w#])(?:\+|\(?0)?[0-9](?:[ \u00a0()/.-]{0,2}[0-9]){6,}(?![0-9])"
            r"|(?<!\w)[0-9]-[0-9]{3}-[A-Z]{3,}(?:-[A-Z0-9]+)*"
        ),
        # dates, years, times of day, and spans of them
        exempt=re.compile(rf"{_DATE}(?:[ \u00a0]?[-/ \u00a0][ \u00a0]?{_DATE}){{0,3}}"),
    ),
    _Identifier(
        rule="digits",
        reason="a long run of digits",
        remedy="use a slot",
        pattern=re.compile(r"(?<!&#)(?<![0-9])[0-9]{5,}"),
    ),
)


def find_identifiers(literals: str) -> Iterator[TextFinding]:
    """E-mail addresses, amounts, order numbers, codes, telephone numbers and long digit runs."""
    for identifier in _IDENTIFIERS:
        for match in identifier.pattern.finditer(literals):
            if identifier.exempt and identifier.exempt.fullmatch(match[0]):
                continue
            yield TextFinding(
                start=match.start(),
                end=match.end(),
                rule=identifier.rule,
                reason=identifier.reason,
                remedy=identifier.remedy,
            )
