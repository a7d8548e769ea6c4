"""Finds links and domain names in the literal text of an answer to a free question.

Anybody may ask, and a question can ask for an address to be repeated on the shop's own page. What
an answer links to comes from its url slots, which the shop fills.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.compiler.lint.readings import BLANK, Reading
from edgefill.compiler.lint.sentences import report_passage
from edgefill.privacy import TextFinding

_REASON = "an answer to a question names an address of its own"
_REMEDY = "link only by a url slot, and name no domain"
# Full stops that browsers read as one in a host name (UTS 46, section 2.3), with what hides there
_HIDDEN = "[\xad\u200b-\u200f\u2060\ufeff]{0,4}"
_DOT = rf"{_HIDDEN}[.\uff0e\u3002\uff61]{_HIDDEN}"
_SLOT = rf"[\x00{BLANK}]"
_ADDRESS = re.compile(
    # https://..., mailto:..., also schemes that nobody should follow, and //shop
    r"(?<![\w+.-])(?:https?|ftp|mailto|tel|sms|javascript|data|file)\s?:(?=\S)|(?<!:)//(?=\w)"
    # www.shop, and shop.example: a last label of letters (or in Punycode) is a domain's
    rf"|(?<![\w.-])www{_DOT}(?=\w)"
    rf"|(?<![\w-])[^\W_][\w-]*{_DOT}(?:[\w-]+{_DOT}){{0,8}}"
    r"(?:xn--[a-z0-9-]+|[^\W\d_]{2,})(?![\w-])"
    rf"|(?<={_SLOT}){_DOT}(?:[\w-]+{_DOT}){{0,8}}[^\W\d_]{{2,}}(?![\w-])"
    # 192.0.2.1
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)",
    re.IGNORECASE,
)
# an href that holds an address instead of a slot
_HREF = re.compile(r"\bhref\s{0,9}=\s{0,9}[\"'](?!\s{0,9}\x00)", re.IGNORECASE)


def find_literal_links(literals: str) -> Iterator[TextFinding]:
    """Addresses, domain names and href attributes that are not filled by a slot."""
    for pattern in (_HREF, _ADDRESS):
        for match in pattern.finditer(literals):
            yield TextFinding(
                start=match.start(),
                end=match.end(),
                rule="literal-link",
                reason=_REASON,
                remedy=_REMEDY,
            )


def find_read_links(reading: Reading) -> Iterator[TextFinding]:
    """Addresses and domain names that tags divide: `shop<b>.</b>example` is read as one."""
    for passage in reading:
        for match in _ADDRESS.finditer(passage.text):
            yield report_passage(
                passage, *match.span(), rule="literal-link", reason=_REASON, remedy=_REMEDY
            )
