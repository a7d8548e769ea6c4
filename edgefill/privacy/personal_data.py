"""Personal data: literal text that looks like one person's, which a template must never hold.

A template is served to everybody of its case: an order number that a model made up, or copied from
an example, would reach them all. Findings never repeat what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong in the literal text, from one offset of the source to another."""

    at: int
    end: int
    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    rule: str
    reason: str
    remedy: str
    pattern: re.Pattern[str]


_ROLES = (
    "support|help|info|service|contact|hello|hi|team|orders?|sales|billing|shop|returns|privacy|"
    "no-?reply|kontakt|hilfe|hallo|kundenservice|datenschutz|rechnung|retouren"
)
_CURRENCY = r"(?:€|\$|£|¥|₹|EUR|USD|GBP|CHF|JPY|INR|US\$)"
_UNIT = r"(?:€|\$|£|¥|₹|(?:EUR|USD|GBP|CHF|JPY|INR|euros?|dollars?|pounds?|francs?|franken)\b)"
_AMOUNT = r"[0-9]+(?:[.,'\u00a0\u202f ][0-9]+)*"
_THING = (
    r"(?:order|purchase|invoice|bill|ticket|case|customer|account|booking|tracking|refund|parcel|"
    r"shipment|payment|transaction|reference|reservation|bestell|auftrag|rechnung|kunden|sendung|"
    r"vorgang|buchung|konto|ticket|paket)"
)
_MARK = r"(?:number|numbered|nummer|no\.?|nr\.?|id|code|reference|\u2116)"
_OPEN = r"(?:</?[a-z]+>)?[#'\"(]*"
_LINK = rf"[^\W\d_]*[ \t]*(?:{_MARK}[ \t]*[#:]?|[#:])[ \t]*{_OPEN}[ \t]*"
_SHAPES = (
    _Shape(
        rule="email",
        reason="an e-mail address of a person",
        remedy="use a slot, or an address of the house such as support@...",
        pattern=re.compile(
            rf"(?<![\w.+-])(?!(?:{_ROLES})@)[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
        ),
    ),
    _Shape(
        rule="amount",
        reason="an amount of money",
        remedy="use a money slot: {{ x | money }}",
        pattern=re.compile(
            rf"(?<!\w){_CURRENCY}[ \u00a0\u202f]?{_AMOUNT}"
            rf"|(?<![\w.,]){_AMOUNT}[ \u00a0\u202f]?{_UNIT}",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        rule="order-id",
        reason="the number of an order, invoice or customer",
        remedy="use a text slot",
        pattern=re.compile(
            rf"\b{_THING}{_LINK}(?=[A-Z0-9-]*[0-9]{{3}})[A-Z0-9][A-Z0-9-]{{2,}}"
            rf"|\b{_THING}[^\W\d_]*[ \t]+{_OPEN}(?!(?:19|20)[0-9][0-9]\b)[0-9]{{4,}}"
            r"|(?<!&)#[A-Z]*-?[0-9]{3,}",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        rule="order-id",
        reason="a code of letters and digits",
        remedy="use a text slot",
        pattern=re.compile(
            r"(?<![\w&#-])(?=[A-Z0-9-]*[A-Z])(?=(?:[A-Z-]*[0-9]){3})[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w-])"
        ),
    ),
    _Shape(
        rule="phone",
        reason="a telephone number",
        remedy="use a text slot",
        pattern=re.compile(
            r"(?<![\w#])(?:\+|\(?0)?[0-9](?:[ \u00a0()/.-]{0,2}[0-9]){6,}(?![0-9])"
            r"|(?<!\w)[0-9]-[0-9]{3}-[A-Z]{3,}(?:-[A-Z0-9]+)*"
        ),
    ),
    _Shape(
        rule="digits",
        reason="a long run of digits",
        remedy="use a slot",
        pattern=re.compile(r"(?<!&#)(?<![0-9])[0-9]{5,}"),
    ),
)


def personal_data(literals: str) -> Iterator[Finding]:
    """E-mails, amounts, order numbers, codes, telephone numbers and long digit runs."""
    for shape in _SHAPES:
        for match in shape.pattern.finditer(literals):
            yield Finding(
                at=match.start(),
                end=match.end(),
                rule=shape.rule,
                reason=shape.reason,
                remedy=shape.remedy,
            )
