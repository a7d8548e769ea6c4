"""Features of a question: its words, the letter n-grams in them, and pairs of words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Crc32 = Callable[[bytes, int], int]

MAX_WORD_CHARS = 32  # further characters of a word are ignored
GRAM_SIZES = (2, 3, 4, 5)  # letters; the marks of a word's start and end count as letters

_crc32: Crc32 | None = None


def hash_feature(feature: str) -> int:
    """The CRC-32 of a feature, which identifies it in a router file."""
    return get_crc32()(feature.encode(), 0)


def get_crc32() -> Crc32:
    """The function (bytes, CRC-32 of the bytes before them or 0) -> CRC-32 of all of them."""
    global _crc32  # noqa: PLW0603 imported on first use
    if _crc32 is None:
        from binascii import crc32  # noqa: PLC0415 as in base64url.py

        _crc32 = crc32
    return _crc32


def list_word_features(word: str) -> Iterator[str]:
    """A word as ` word`, and its letter n-grams: `^wo`, `wor`, ... `rd$`."""
    word = word[:MAX_WORD_CHARS]
    yield f" {word}"
    marked = f"^{word}$"
    for size in GRAM_SIZES:
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]


def list_phrase_features(words: tuple[str, ...]) -> list[str]:
    """Every pair of adjacent words, the question's two ends included, and every skip-bigram.

    A phrase is a word, one space (adjacent) or two (one word skipped), and a word with a space.
    So the CRC-32 of its first part can be continued with its second (`get_crc32`).
    """
    short = [word[:MAX_WORD_CHARS] for word in words]
    return [
        *[f"{a} {b} " for a, b in zip(["", *short], [*short, ""], strict=True)],
        *[f"{a}  {b} " for a, b in zip(short, short[2:], strict=False)],
    ]
