"""Commands that say what not to do: "Do not cancel my order" asks for anything but that.

A negated statement ("I do not see my refund") is a question like others. A negated command or
wish is not, and no similarity tells them apart, so this rule goes by words, English and German.
"""

from __future__ import annotations

_NOT = frozenset({"not", "dont", "never"})
_WISHES = frozenset({"want", "wanna", "need", "wish", "mean", "intend", "plan", "like"})
_BEFORE = frozenset({"", "please", "and", "but", "so", "then", "just", "you", "to", "order"})
_NICHT = frozenset({"nicht", "nie", "niemals", "kein", "keine", "keinen"})
_WILL = frozenset({"will", "m\u00f6chte", "moechte", "wollte", "wollen", "m\u00f6chten", "bitte"})
_WER = frozenset({"ich", "wir", "es", "sie", "er", "warum", "wieso", "weshalb", "wann", "was"})


def is_negated(words: tuple[str, ...]) -> bool:
    """Whether `words` command, or wish, that something is not done."""
    return _english(words) or _german(words)


def _english(words: tuple[str, ...]) -> bool:
    if _NOT.isdisjoint(words):
        return False
    return any(_commands(words, at) for at, word in enumerate(words) if word in _NOT)


def _commands(words: tuple[str, ...], at: int) -> bool:
    after = words[at + 1] if at + 1 < len(words) else ""
    if after in _WISHES:
        return True
    start = at - 1 if at and words[at] == "not" and words[at - 1] == "do" else at
    before = words[start - 1] if start else ""
    return bool(after) and before in _BEFORE


def _german(words: tuple[str, ...]) -> bool:
    if _NICHT.isdisjoint(words):
        return False
    return not _WILL.isdisjoint(words) or (words[-1] in _NICHT and _WER.isdisjoint(words))
