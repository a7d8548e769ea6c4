"""Languages: sentences that have slipped into another language than the template's own.

Models that write two languages mix them. A few function words tell which language a text is in;
product names and loan words hold none of them, so several different ones are no accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy.personal_data import Finding

ENOUGH = 4  # different function words of another language
# Frequent words that neither of the others has ("die", "in", "war" and the like are left out).
_FUNCTION_WORDS = {
    "en": "the and you your with for have has our we is are this that from of to it its been can",
    "de": "der das und du dein deine dir dich wir uns mit für ist sind nicht auf bei ein eine zu",
    "fr": "le les des une et vous votre nous notre avec pour est sont dans qui que pas sur",
    "es": "el los las una y usted su sus nosotros con para es son por que del al más",
}
_WORD = re.compile(r"[^\W\d_]+")
_SETS = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}


def other_languages(literals: str, locale: str) -> Iterator[Finding]:
    """The first function word of each other language that is in use; needs a list for `locale`."""
    own = _SETS.get(locale.partition("-")[0])
    if own is None:
        return
    found = list(_WORD.finditer(literals))
    for language, words in _SETS.items():
        foreign = [match for match in found if match[0].lower() in words - own]
        if len({match[0].lower() for match in foreign}) >= ENOUGH:
            yield Finding(
                at=foreign[0].start(),
                end=foreign[0].end(),
                rule="other-language",
                reason=f"{foreign[0][0]!r} and what follows is {language}, not {locale}",
                remedy="write all of it in one language",
            )
