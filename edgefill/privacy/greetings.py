"""Greetings: a person's name written out beside a greeting or a form of address, en and de."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy.personal_data import Finding

_TAGS = r"(?:</?[a-z0-9]+>|[ \t])*"
_PART = r"(?:[A-Z]['\u2019]|Ma?c)?[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+"
_NAME = rf"{_PART}(?:[-'\u2019]{_PART})?"
_HELLO = (
    r"Hello|Hi|Hey|Dear|Greetings|Good (?:morning|afternoon|evening|day)|Hallo|Hei|Moin|Servus|"
    r"Liebe[rs]?|Guten (?:Morgen|Tag|Abend)|Grüß (?:dich|Gott)|Sehr geehrte[rs]?"
)
_THANKS = (
    r"Welcome(?: back)?|Thanks|Thank you|Congratulations|Sorry|Willkommen(?: zurück)?|Danke|"
    r"Glückwunsch|Vielen Dank"
)
_ADDRESS = r"Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau"
_PATTERNS = (
    re.compile(rf"\b(?:{_HELLO})[ \t]{_TAGS}({_NAME})"),
    re.compile(
        rf"\b(?:{_HELLO}|{_THANKS}),?[ \t]{_TAGS}({_NAME})"
        rf"(?:[ ]{_NAME})?{_TAGS}(?:[,!.:]|\n|$)"
    ),
    re.compile(rf"\b(?:{_ADDRESS})\.?[ \t]{_TAGS}({_NAME})"),
)
_NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        """Aboard Again All Alle An And Auf Aus Back Bei Bis Bitte Bonus Club Customer Customers
        Damen Danke Das Dein Deine Dem Den Der Die Dr Du Ein Eine Everybody Everyone Family
        Fan Fans Fellow Folks Frau Freund Freunde Freundin Friend Friends From Für Gast Gift
        Gold Gruß Grüße Guest Guests Gäste Herr Herren Hier Home Ihnen Ihr Ihre Ihren Im In Is
        Ist It Kunde Kunden Kundin Kundinnen Leser Leserin Loyal Madam Member Members Miss
        Mitglied Mitglieder Mr Mrs Ms Nutzer Nutzerin Offer Our Partner Patron Prof Reader
        Shopper Sie Silver Sir Subscriber Team The There This To Und Unser Unsere User Valued
        Vielen Visitor Von Was We Wie Wir You Your Zu Zum Zur Zusammen""",
    )
)


def greeted_names(literals: str) -> Iterator[Finding]:
    """Each name that stands after a greeting, a thanks or a form of address."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(literals):
            if match[1] not in _NOT_NAMES:
                yield Finding(
                    at=match.start(1),
                    end=match.end(1),
                    rule="name",
                    reason="a person's name beside a greeting",
                    remedy="use a name slot: {{ name }}",
                )
