"""Finds sentences in another language than the template's own.

Models that write two languages mix them. A few function words show which language a text is in;
product names and loan words contain none of them, so several different ones are not a coincidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy import TextFinding

# different function words of another language that make a finding
MIN_FOREIGN_WORDS = 4
# frequent words that none of the other languages has ("die", "in", "war" and the like are left out)
_FUNCTION_WORDS = {
    "en": "the and you your with for have has our we is are this that from of to it its been can",
    "de": "der das und du dein deine dir dich wir uns mit für ist sind nicht auf bei ein eine zu",
    "fr": "le les des une et vous votre nous notre avec pour est sont dans qui que pas sur",
    "es": "el los las una y usted su sus nosotros con para es son por que del al más",
}
_WORD = re.compile(r"[^\W\d_]+")
_SETS = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}


def find_other_languages(literals: str, locale: str) -> Iterator[TextFinding]:
    """The first function word of each other language that the text uses.

    Yields nothing for a `locale` whose language has no list of function words.
    """
    own = _SETS.get(locale.partition("-")[0])
    if own is None:
        return
    matches = list(_WORD.finditer(literals))
    for language, words in _SETS.items():
        foreign = [match for match in matches if match[0].lower() in words - own]
        if len({match[0].lower() for match in foreign}) >= MIN_FOREIGN_WORDS:
            yield TextFinding(
                start=foreign[0].start(),
                end=foreign[0].end(),
                rule="other-language",
                reason=f"the text from {foreign[0][0]!r} on is in {language!r}, not in {locale!r}",
                remedy="write the whole text in one language",
            )
