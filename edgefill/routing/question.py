"""What a visitor typed, in the one form that is routed, counted and logged.

Masking comes first: a word with a digit (order, phone, amount) is `#` and one with an at sign (an
address) is `@`, so that no personal pattern reaches a key, a log or a model.
"""

from __future__ import annotations

from edgefill.core.cases import DIGEST_LENGTH
from edgefill.core.digest import sha256
from edgefill.core.errors import BadQuery
from edgefill.core.value import value

MAX_QUESTION = 512  # characters, after percent-decoding
NUMBER_MASK, ADDRESS_MASK = "#", "@"

_PAIR = (NUMBER_MASK, NUMBER_MASK)
# stands for a name where a text is stored or shown to a model (edgefill/privacy/masking.py)
NAME_MASK = "[name]"

_APOSTROPHES = "'`\u2018\u2019\u02bc"  # within a word they say nothing
_ASCII = {
    code: None if chr(code) in _APOSTROPHES
    else NUMBER_MASK if chr(code).isdigit()
    else chr(code) if chr(code).isprintable()
    else " "
    for code in range(128)
}  # fmt: skip
_PUNCTUATION = {
    code: " "
    for code in range(128)
    if not (chr(code).isalnum() or chr(code) in NUMBER_MASK + ADDRESS_MASK)
}


@value
class Question:
    """A normalised, masked question; `digest` names it where its text must not stand."""

    text: str
    words: tuple[str, ...]  # () when there is nothing but symbols
    digest: str  # 20 hex digits


def read_question(raw: str) -> Question:
    """`raw` in Unicode NFKC, casefolded, masked, without controls and outer punctuation.

    BadQuery when it is empty, or longer than MAX_QUESTION before or after; its message repeats
    nothing of `raw`.
    """
    if len(raw) > MAX_QUESTION:
        raise BadQuery(f"a question of {len(raw)} characters; send at most {MAX_QUESTION}")
    folded = raw.casefold()
    plain = folded.translate(_ASCII) if folded.isascii() else _unicode(folded)
    if NUMBER_MASK in plain or ADDRESS_MASK in plain:
        plain = _masked(plain)
    if len(plain) > MAX_QUESTION:  # NFKC makes eighteen characters of some
        raise BadQuery(f"a question of {len(plain)} characters; send at most {MAX_QUESTION}")
    words = (plain if plain.isalpha() else _spaced(plain)).split()
    if NUMBER_MASK in plain:
        words = _grouped(words)
    text = " ".join(words or plain.split())
    if not text:
        raise BadQuery("the question is empty; say what you want to know")
    return Question(
        text=text, words=tuple(words), digest=sha256(text.encode()).hex()[:DIGEST_LENGTH]
    )


def _unicode(folded: str) -> str:
    from unicodedata import normalize  # noqa: PLC0415 a megabyte that few questions need

    plain = normalize("NFKC", normalize("NFKC", folded).casefold())
    return normalize("NFKC", "".join(map(_plain, plain)))  # a mark may stand beside a letter now


def _plain(char: str) -> str:
    if char in _APOSTROPHES:
        return ""
    if char.isdigit():
        return NUMBER_MASK
    return char if char.isprintable() else " "


def _masked(plain: str) -> str:
    words = _joined(plain.split())
    return " ".join(
        NUMBER_MASK if NUMBER_MASK in word else ADDRESS_MASK if ADDRESS_MASK in word else word
        for word in words
    )


def _joined(words: list[str]) -> list[str]:
    """`words` with one mask for an address with spaces about its sign (`me @ example.org`)."""
    for at in reversed(range(len(words))):
        if words[at] == ADDRESS_MASK and any("." in word for word in words[at + 1 : at + 2]):
            words[max(0, at - 1) : at + 2] = [ADDRESS_MASK]
    return words


def _grouped(words: list[str]) -> list[str]:
    """`words` with one mask for a number in groups."""
    before = ["", *words]
    return [word for word, last in zip(words, before, strict=False) if (word, last) != _PAIR]


def _spaced(plain: str) -> str:
    """`plain` with spaces for all that is no part of a word."""
    plain = plain.translate(_PUNCTUATION)
    if plain.isascii():
        return plain
    return "".join(char if char in "#@ " or _continues(char) else " " for char in plain)


def _continues(char: str) -> bool:
    """Whether `char` can stand in a word: letters, and marks on them (UAX 31, XID_Continue)."""
    return ("a" + char).isidentifier()
