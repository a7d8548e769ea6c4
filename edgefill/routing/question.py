"""A visitor's question, normalized and masked: the one form that is routed, counted and logged.

Masking replaces a word that contains a digit (order, phone, amount) by `#` and one that contains
an at sign (an address) by `@`, so that no such word reaches a key, a log or a model.
"""

from __future__ import annotations

from edgefill.core.cases import DIGEST_LENGTH
from edgefill.core.digest import hmac_sha256, sha256
from edgefill.core.errors import BadQuery
from edgefill.core.value import value

MAX_QUESTION = 512  # characters, after percent-decoding
NUMBER_MASK, ADDRESS_MASK = "#", "@"

_PAIR = (NUMBER_MASK, NUMBER_MASK)

_APOSTROPHES = "'`\u2018\u2019\u02bc"  # removed, so that `don't` and `dont` are one word
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
    """A normalized, masked question; `digest` identifies it among declared questions.

    Where questions of visitors are stored, `key_digest` hides it.
    """

    text: str
    words: tuple[str, ...]  # () for a question of symbols only
    digest: str  # 20 hex digits


def read_question(raw: str) -> Question:
    """Normalize `raw` (Unicode NFKC, casefolded, no controls, no outer punctuation) and mask it.

    BadQuery when it is empty, or longer than MAX_QUESTION before or after normalization; the
    message contains no part of `raw`.
    """
    if len(raw) > MAX_QUESTION:
        raise BadQuery(f"a question of {len(raw)} characters; send at most {MAX_QUESTION}")
    folded = raw.casefold()
    plain = folded.translate(_ASCII) if folded.isascii() else _normalize_unicode(folded)
    if NUMBER_MASK in plain or ADDRESS_MASK in plain:
        plain = _mask_words(plain)
    if len(plain) > MAX_QUESTION:  # NFKC expands some characters to eighteen
        raise BadQuery(f"a question of {len(plain)} characters; send at most {MAX_QUESTION}")
    words = (plain if plain.isalpha() else _replace_punctuation(plain)).split()
    if NUMBER_MASK in plain:
        words = _merge_number_groups(words)
    text = " ".join(words or plain.split())
    if not text:
        raise BadQuery("the question is empty; say what you want to know")
    return Question(
        text=text, words=tuple(words), digest=sha256(text.encode()).hex()[:DIGEST_LENGTH]
    )


def key_digest(question_key: str, digest: str) -> str:
    """The digest under which the answers to a question, and their denials, are stored.

    Only a holder of `question_key` can compute it from a question that is guessed, so the paths of
    the store do not tell what has been asked. Without a key it is `digest` itself.
    """
    if not question_key:
        return digest
    return hmac_sha256(question_key.encode(), digest.encode()).hex()[:DIGEST_LENGTH]


def _normalize_unicode(folded: str) -> str:
    from unicodedata import normalize  # noqa: PLC0415 a megabyte; few questions need it

    plain = normalize("NFKC", normalize("NFKC", folded).casefold())
    # removing characters can bring a mark next to a letter, so compose once more
    return normalize("NFKC", "".join(map(_normalize_char, plain)))


def _normalize_char(char: str) -> str:
    if char in _APOSTROPHES:
        return ""
    if char.isdigit():
        return NUMBER_MASK
    return char if char.isprintable() else " "


def _mask_words(plain: str) -> str:
    words = _join_split_addresses(plain.split())
    return " ".join(
        NUMBER_MASK if NUMBER_MASK in word else ADDRESS_MASK if ADDRESS_MASK in word else word
        for word in words
    )


def _join_split_addresses(words: list[str]) -> list[str]:
    """`words` with one mask for an address that has spaces around its sign (`me @ a.org`)."""
    for at in reversed(range(len(words))):
        if words[at] == ADDRESS_MASK and any("." in word for word in words[at + 1 : at + 2]):
            words[max(0, at - 1) : at + 2] = [ADDRESS_MASK]
    return words


def _merge_number_groups(words: list[str]) -> list[str]:
    """`words` with one mask for a number that is written in groups."""
    before = ["", *words]
    return [word for word, last in zip(words, before, strict=False) if (word, last) != _PAIR]


def _replace_punctuation(plain: str) -> str:
    """`plain` with a space for every character that cannot be part of a word."""
    plain = plain.translate(_PUNCTUATION)
    if plain.isascii():
        return plain
    return "".join(char if char in "#@ " or _is_word_char(char) else " " for char in plain)


def _is_word_char(char: str) -> bool:
    """Whether `char` is a letter or a mark on a letter (UAX 31, XID_Continue)."""
    return ("a" + char).isidentifier()
