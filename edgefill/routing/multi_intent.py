"""Two wishes in one sentence: by rule, for a linear model adds them up and takes the louder one."""

from __future__ import annotations

# English and German, what joins two wishes; commas are gone when words are read
_JOINTS = frozenset({"and", "or", "then", "also", "plus", "und", "oder", "dann", "ausserdem"})
_LEAST = 2  # words of a wish
_MOST = 3  # wishes that are looked at


def wishes(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What stands between joints, three parts at most; [] without two of two words at least."""
    if _JOINTS.isdisjoint(words):
        return []
    parts: list[list[str]] = [[]]
    for word in words:
        if word in _JOINTS:
            parts.append([])
        else:
            parts[-1].append(word)
    found = [tuple(part) for part in parts if len(part) >= _LEAST]
    return found[:_MOST] if len(found) > 1 else []
