"""Finds the names in sentences that introduce somebody, in English and German.

Names at large cannot be told from words, so a list of words decides: where a sentence introduces
somebody, what is no common word is a name.

- after a statement of a name ("my name is", "ich heisse") even a common word is a name
- after a statement of a person ("i am", "hier ist", "my husband"), a title or a greeting
- before "here", "speaking", "am Apparat", at the start or after a greeting
- at the end, within some words after "regards", "mfg" and the like
- anywhere in a sentence that speaks of a name

The cost is linear in the number of words.
"""

from __future__ import annotations

from collections.abc import Sequence

from edgefill.privacy.english_words import ENGLISH_WORDS
from edgefill.privacy.german_words import GERMAN_WORDS

Phrase = tuple[str, ...]
MAX_PARTS = 5  # words of one name, its particles included


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[Phrase]:
    return frozenset(tuple(line.split()) for line in text.split(","))


_NAME_STATEMENTS = _phrases(
    "name is,my names,the names,name ist,name isch,name lautet,names is,surname is,"
    "nickname is,ich heisse,ich heiss,nachname ist,vorname ist,familienname ist,"
    "spitzname ist"
)
_PERSON_STATEMENTS = _phrases(
    "i am,im,iam,this is,it is,its,its me,we are,were,name,named,call me,called,am called,"
    "go by,known as,speaking with,hello am,hi am,hey am,ich bin,bin,ich bins,bins,i bin,"
    "wir sind,hier ist,hier is,hier spricht,spricht,das ist,nennen sie mich,nenn mich,"
    "nennt mich,heisst,heisse,signed,thanks,yours,love,greetings from,grüsse,grüsse von,"
    "gruss,gruss von,grüssen,mfg,lg,vg,danke,unterschrift,mr,mister,mrs,ms,miss,mx,dr,prof,"
    "professor,doctor,herr,herrn,frau,fräulein,familie,kunde,kundin,customer,talking to,"
    "spoke to,speak to,me as,mich als,placed by,ordered by,bought by,was born,sprechen mit,"
    "gesprochen mit,läuft auf,bestellt von,gekauft von,apparat ist,hier schreibt,hallo hier,"
    "husband,wife,partner,son,daughter,mann,ehemann,ehefrau,sohn,tochter,freund,freundin,"
    "hello,hi,hey,hallo,moin,servus,tag,abend,morgen"
)
_STATEMENTS = _NAME_STATEMENTS | _PERSON_STATEMENTS
_LONGEST = max(map(len, _STATEMENTS))
# between an introduction and the name
_FILLERS = _words(
    "a an the der die da dat das dr prof mr mrs ms miss mister mx herr herrn frau fräulein "
    "familie family pastor captain princess kunde kundin customer client member mitglied oma "
    "opa onkel tante uncle aunt auntie again wieder nochmal mal es euer eure ihr ihre your "
    "yours von from vom und and just actually really also still me neue neuer übrigens auch "
    "nur doch eigentlich"
)
# what follows "my name is" when no name does
_NO_NAME = _words(
    "a an the my your his her their its our not no wrong incorrect misspelled misspelt "
    "spelled spelt written missing different changed still also always never on in at of for "
    "and but or is was has had to with without under above below there here what where when "
    "why how who that this it now already shown printed listed too very falsch geschrieben "
    "anders nicht noch schon jetzt auf der die das ein eine mein meine dein ihr sein kein "
    "unter im am und oder aber wird wurde hat steht fehlt verkehrt nun zwar leider bitte so "
    "ja nein"
)
_PARTICLES = _words(
    "de del della di da do dos das du la le van von vom zu zum zur der den het ter ten y e "
    "af av al el bin ibn bint abu ben mac mc san st o ap"
)
# common words that are also names: names only next to another name or after a statement of one
_ALSO_NAMES = _words(
    "mark will may rose grace faith hope joy frank jack bill rob sue pat art gene dean chase "
    "grant miles drew skip guy harry penny daisy lily iris ivy holly amber ruby pearl "
    "crystal april june august summer sunny sky rich young long short small little brown "
    "black white green gray grey gold silver king bishop knight page price park parker hill "
    "wood woods stone rivers brook cook baker carter mason potter smith weaver walker hunter "
    "fisher butler day winter frost snow love case cash banks bush field fields street rice "
    "bell cross power sharp strong wise good best ernst wolf rosa viola lang lange kurz "
    "kurze klein kleine gross grosse neu neumann alt jung junge braun schwarz weiss grau "
    "roth rot grün könig kaiser koch bauer müller fischer richter vogel fuchs wolff sommer "
    "herbst freitag sonntag montag mai stark kraft lieb reich arm engel stern berg bach baum "
    "busch feld horn kern kraus krause sauer scharf schade ruhe freude heil glück gut bender "
    "markus harm hein heide linde erika christian mann kaufmann hoffmann"
)
_AFTER_NAME = frozenset({"here", "hier", "speaking"})
_GREETINGS = _words(
    "hello hi hey hallo hei moin servus grüezi greetings tag morgen abend morning afternoon "
    "evening day hiya yo na guten ahoi"
)
_WANTS = _words("want need would have am ordered möchte will wollte habe brauche bin hab warte")
_NAME_CUES = _words(
    "name names namen surname nickname firstname lastname nachname nachnamen vorname "
    "vornamen familienname spitzname"
)
_TITLES = _words("mr mister mrs ms mx dr prof professor herr herrn frau fräulein familie")
_CLOSINGS = _words(
    "regards wishes cheers best sincerely faithfully thanks yours signed danke dank grüsse "
    "grüssen gruss mfg lg vg gez"
)
_COMMON_WORDS = ENGLISH_WORDS.union(
    GERMAN_WORDS, _NO_NAME, _FILLERS, _GREETINGS, _NAME_CUES, _TITLES, _CLOSINGS, *_STATEMENTS
)
_CLOSING_WORDS = 5  # between a closing and the name at the end


def find_introduced_names(words: Sequence[str]) -> set[int]:
    """The places of the words that are names; `words` are casefolded, "" where a sentence ends."""
    places = _find_signature(words)
    if not _NAME_CUES.isdisjoint(words):
        places |= {at for at, word in enumerate(words) if _is_unknown(word)}
    for at in range(len(words)):
        places |= _find_after_statement(words, at)
        places |= _find_before(words, at)
    return places | _find_after_pronoun(words)


def _find_after_statement(words: Sequence[str], at: int) -> set[int]:
    """The name that the longest statement at `at` introduces."""
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        phrase = tuple(words[at : at + length])
        if phrase in _STATEMENTS:
            return _take_name(words, at + length, is_stated=phrase in _NAME_STATEMENTS)
    return set()


def _take_name(words: Sequence[str], at: int, *, is_stated: bool) -> set[int]:
    """The places of the name that may begin at `at`, after fillers."""
    while at < len(words) and (words[at] in _FILLERS or words[at] == ""):
        at += 1
    if at >= len(words) or not _starts_name(words, at, is_stated=is_stated):
        return set()
    places = {at}
    for place in range(at + 1, min(at + MAX_PARTS, len(words))):
        if not (_is_name(words[place]) or _is_particle(words, place)):
            break
        places.add(place)
    return places


def _starts_name(words: Sequence[str], at: int, *, is_stated: bool) -> bool:
    word = words[at]
    if is_stated and word.isalpha():
        return word not in _NO_NAME
    if word in _ALSO_NAMES:
        return words[at - 1] in _TITLES or (at + 1 < len(words) and _is_name(words[at + 1]))
    return _is_unknown(word)


def _find_before(words: Sequence[str], at: int) -> set[int]:
    """The name before "here" or "am Apparat" at `at`, after a greeting or at the start."""
    if words[at] not in _AFTER_NAME and tuple(words[at : at + 2]) != ("am", "apparat"):
        return set()
    start = at
    while start and at - start < MAX_PARTS and _is_name(words[start - 1]):
        start -= 1
    is_beginning = start == 0 or words[start - 1] in _GREETINGS or words[start - 1] == ""
    return set(range(start, at)) if is_beginning else set()


def _find_signature(words: Sequence[str]) -> set[int]:
    """The name at the end, if a closing comes shortly before it."""
    end = len(words) - (words[-1:] == [""])
    start = end
    while start and end - start < MAX_PARTS and _is_name(words[start - 1]):
        if words[start - 1] in _CLOSINGS:
            break
        start -= 1
    before = words[max(0, start - _CLOSING_WORDS) : start]
    return set(range(start, end)) if not _CLOSINGS.isdisjoint(before) else set()


def _find_after_pronoun(words: Sequence[str]) -> set[int]:
    """The name in "I, Thandiwe Dlamini, want", at the start only."""
    if not words or words[0] not in ("i", "ich"):
        return set()
    start = 2 if words[1:2] == [""] else 1
    end = start
    while end < len(words) and end - start < MAX_PARTS and _is_name(words[end]):
        end += 1
    follows = [word for word in words[end : end + 2] if word]
    return set(range(start, end)) if follows and follows[0] in _WANTS else set()


def _is_particle(words: Sequence[str], at: int) -> bool:
    """Whether `at` holds a particle before another part of a name (`van der Meulen`)."""
    rest = words[at : at + 3]
    return rest[0] in _PARTICLES and any(
        _is_name(word) and set(rest[:place]) <= _PARTICLES
        for place, word in enumerate(rest)
        if place
    )


def _is_name(word: str) -> bool:
    return word in _ALSO_NAMES or _is_unknown(word)


def _is_unknown(word: str) -> bool:
    """Whether `word` is neither a common word nor a single letter nor a mask."""
    if (len(word) < 2 and word.isascii()) or not word.isalpha():
        return False
    spelled = word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")
    return _COMMON_WORDS.isdisjoint((word, spelled))
