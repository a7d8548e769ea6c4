"""Explains an unknown name: which existing name is the nearest, and which names exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# how alike two names must be, from 0 to 1 (difflib's default is 0.6)
_CUTOFF = 0.5


def describe_choices(name: str, choices: Iterable[str]) -> str:
    """`did you mean 'date'? choose one of date, money`; without a near name only the list."""
    listed = list(choices)
    if not listed:
        return "there is none to choose; remove it"
    return f"{ask_for_nearest(name, listed)}choose one of {', '.join(listed)}"


def ask_for_nearest(name: str, choices: Iterable[str]) -> str:
    """`did you mean 'date'? `, or "" if no choice is near."""
    nearest = get_close_matches(name, list(choices), n=1, cutoff=_CUTOFF)
    return f"did you mean {nearest[0]!r}? " if nearest else ""
