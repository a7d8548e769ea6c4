"""Cases: literal text that tells its readers what is true of other visitors only.

A template is served to everybody of its case, so one for all customers must not thank "a gold
member". The catalogue declares the phrases; they are found whole and in any case, over line ends,
and in front of a hyphen too: "Gold-Mitglied".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.privacy.personal_data import Finding


def other_cases(literals: str, other_case_phrases: tuple[CasePhrase, ...]) -> Iterator[Finding]:
    """Phrases of values that the template's case does not state."""
    for each in other_case_phrases:
        for phrase in each.phrases:
            for match in _whole(phrase).finditer(literals):
                yield Finding(
                    at=match.start(),
                    end=match.end(),
                    rule="other-case",
                    reason=f"{phrase!r} speaks to the {each.dimension} {each.value} alone",
                    remedy="this text is for others too: say it without",
                )


@cache
def _whole(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
