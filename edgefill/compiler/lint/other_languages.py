"""Finds sentences in another language than the template's own.

Models that write two languages mix them. A few frequent words show which language a text is in;
product names and loan words hardly contain any, so several different ones are not a coincidence.
The whole text is read first (it may be refused before it can be split into sentences), then each
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from edgefill.compiler.lint.readings import Reading
from edgefill.compiler.lint.sentences import (
    CLAUSE_END,
    Sentence,
    quote_words,
    report_passage,
    split_sentences,
)
from edgefill.privacy import TextFinding

# different function words of another language that make a finding in a whole text
MIN_FOREIGN_WORDS = 4
# different words, none of the own language between them, that make one in a sentence
MIN_FOREIGN_RUN = 3
# languages with so many words below that two in succession make one, or one in a sentence that
# has no word of the own language
TAUGHT = frozenset({"en", "de"})
# frequent words that none of the other languages has ("die", "in", "war" and the like are left out)
_FUNCTION_WORDS = {
    "en": "the and you your with for have has our we is are this that from of to it its been can",
    "de": "der das und du dein deine dir dich wir uns mit für ist sind nicht auf bei ein eine zu",
    "fr": "le les des une et vous votre nous notre avec pour est sont dans qui que pas sur",
    "es": "el los las una y usted su sus nosotros con para es son por que del al más",
}
# further words that are frequent in such texts, for sentences
_FREQUENT_WORDS = {
    "en": """be us being had could would should he she they them their there what which who when
        where why how if because but or by does did done just only soon then than more much many
        some any each every other another about after before again against between into through
        over too thank thanks sorry dear please might must may let take made get got give keep kept
        bring want need know think wait waiting find found something everything nothing yourself
        it's parcel question yours don't won't these those here now""",
    "de": """dem den eines einem einen einer oder aber auch kein keine keinen sein wird werden wurde
        haben habe hast hatte kann kannst können deinen deinem deiner deines ich mich mir mein unser
        unsere unseren unserem unserer sie es ihm ihr ihre ihren von vom zum zur aus nach über unter
        zwischen durch ohne seit während wenn weil dass als wie wo wer wann warum jetzt noch nur
        schon sehr mehr weniger viel viele etwas alles nichts immer wieder dann denn doch liebe
        danke bitte schön grüße freundliche herzliche bestellung lieferung paket punkte geschenk
        warenkorb konto bald sobald neuen siehst gibt weiter helfen anderen""",
    "fr": "du ce cette ces au aux mais ou où plus vos nos je tu il elle ils très merci",
    "es": "la lo un una pero o como más muy gracias hola tu te nos nuestra nuestro este esta",
}
# words that names and loan phrases bring along ("Best of", "Made for you", "Leinen los")
_LOANED_WORDS = frozenset(
    {"the", "of", "for", "you", "to", "and", "it", "made", "by", "here", "now", "more", "only"}
    | {"la", "le", "el", "du", "des", "los"}
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_FUNCTION_SETS = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_SENTENCE_SETS = {
    language: words | frozenset(_FREQUENT_WORDS[language].split())
    for language, words in _FUNCTION_SETS.items()
}


def find_other_languages(literals: str, locale: str) -> Iterator[TextFinding]:
    """The first function word of each other language that the text uses.

    Yields nothing for a `locale` whose language has no list of function words.
    """
    own = _FUNCTION_SETS.get(_language_of(locale))
    if own is None:
        return
    matches = list(_WORD.finditer(literals))
    for language, words in _FUNCTION_SETS.items():
        foreign = [match for match in matches if match[0].lower() in words - own]
        if len({match[0].lower() for match in foreign}) >= MIN_FOREIGN_WORDS:
            yield TextFinding(
                start=foreign[0].start(),
                end=foreign[0].end(),
                rule="other-language",
                reason=f"the text from {foreign[0][0]!r} on is in {language!r}, not in {locale!r}",
                remedy="write the whole text in one language",
            )


def find_foreign_sentences(reading: Reading, locale: str) -> Iterator[TextFinding]:
    """Sentences and clauses in another language, or with a part in it.

    Yields nothing for a `locale` whose language has no list of function words.
    """
    own_language = _language_of(locale)
    if own_language not in _SENTENCE_SETS:
        return
    others = [language for language in _SENTENCE_SETS if language != own_language]
    for sentence in split_sentences(reading):
        for part in (sentence, *sentence.split(CLAUSE_END)):
            language = next((each for each in others if _is_in(part, each, own_language)), None)
            if language is not None:
                yield report_passage(
                    part.passage,
                    part.start,
                    part.end,
                    rule="other-language",
                    reason=f"{quote_words(part.text)} is in {language!r}, not in {locale!r}",
                    remedy="write every sentence in the template's language",
                )
                break


def _is_in(part: Sentence, language: str, own_language: str) -> bool:
    """Whether `part` is in `language`, or some words of it in a row are."""
    foreign_words, own_words = _compare_languages(language, own_language)
    is_taught = {language, own_language} == TAUGHT
    own = longest = 0
    # the end of the last foreign word, and whether two followed each other
    end, has_pair = -1, False
    foreign: set[str] = set()
    run: set[str] = set()
    for match in _WORD.finditer(part.passage.text, part.start, part.end):
        word = match[0].lower()
        if word in own_words:
            own += 1
            run = set()
        elif word in foreign_words:
            has_pair = has_pair or (match.start() == end + 1 and word not in run)
            end = match.end()
            foreign.add(word)
            run.add(word)
            longest = max(longest, len(run))
        elif word in _LOANED_WORDS and match.start() == end + 1:
            end = match.end()
    return (
        longest >= MIN_FOREIGN_RUN
        or (is_taught and has_pair)
        or (own == 0 and len(foreign) >= (1 if is_taught else 2))
    )


@cache
def _compare_languages(language: str, own_language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words that only `language` has, without loans, and those that only `own_language` has."""
    foreign, own = _SENTENCE_SETS[language], _SENTENCE_SETS[own_language]
    return foreign - own - _LOANED_WORDS, own - foreign


def _language_of(locale: str) -> str:
    return locale.partition("-")[0]
