"""What a question is made of: words with the letter groups in them, and phrases of neighbours."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Coder = Callable[[bytes, int], int]

LONGEST = 32  # characters of a word that are looked at
GROUPS = (2, 3, 4, 5)  # letters, counting the word's two edges

_crc32: Coder | None = None


def code(feature: str) -> int:
    """The CRC-32 of a feature, which names it in a router (the same on every machine)."""
    return coder()(feature.encode(), 0)


def coder() -> Coder:
    """The CRC-32 of bytes after others whose code is given, or 0."""
    global _crc32  # noqa: PLW0603 one function a process, found on first use
    if _crc32 is None:
        from binascii import crc32  # noqa: PLC0415 as in base64url.py

        _crc32 = crc32
    return _crc32


def of_word(word: str) -> Iterator[str]:
    """A word as ` word`, and its letter groups: `^wo`, `wor`, ... `rd$`."""
    word = word[:LONGEST]
    yield f" {word}"
    edged = f"^{word}$"
    for size in GROUPS:
        for start in range(len(edged) - size + 1):
            yield edged[start : start + size]


def of_phrases(words: tuple[str, ...]) -> list[str]:
    """Two neighbours, to which the edges count, and two words around one.

    Each is a word, one space or two, and a word with a space: the code of the first part can be
    carried on with the second (`coder`).
    """
    cut = [word[:LONGEST] for word in words]
    return [
        *[f"{a} {b} " for a, b in zip(["", *cut], [*cut, ""], strict=True)],
        *[f"{a}  {b} " for a, b in zip(cut, cut[2:], strict=False)],
    ]
