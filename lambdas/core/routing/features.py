"""What a question is made of: words with the letter groups in them, and phrases of neighbours."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 32  # characters of a word that are looked at
GROUPS = (2, 3, 4, 5)  # letters, counting the word's two edges

_crc32: Callable[[bytes], int] | None = None


def code(feature: str) -> int:
    """The CRC-32 of a feature, which names it in a router (the same on every machine)."""
    return (_crc32 or _load())(feature.encode())


def of_word(word: str) -> Iterator[str]:
    """A word as ` word`, and its letter groups: `^wo`, `wor`, ... `rd$`."""
    word = word[:LONGEST]
    yield f" {word}"
    edged = f"^{word}$"
    for size in GROUPS:
        for start in range(len(edged) - size + 1):
            yield edged[start : start + size]


def of_phrases(words: tuple[str, ...]) -> list[str]:
    """Two neighbours, three, and two with one between; the edges are neighbours of two."""
    cut = [word[:LONGEST] for word in words]
    after, last = cut[1:], cut[2:]
    return [
        *[f"{a} {b} " for a, b in zip(["", *cut], [*cut, ""], strict=True)],
        *[f"{a}  {c} " for a, c in zip(cut, last, strict=False)],
        *[f"{a} {b} {c} " for a, b, c in zip(cut, after, last, strict=False)],
    ]


def _load() -> Callable[[bytes], int]:
    global _crc32  # noqa: PLW0603 one function a process, found on first use
    from binascii import crc32  # noqa: PLC0415 as in base64url.py

    _crc32 = crc32
    return crc32
