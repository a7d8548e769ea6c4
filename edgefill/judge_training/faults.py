"""Composes faulty texts from good ones, one kind of fault per function.

They teach the judge faults that too few labelled texts show. A function gives None where its fault
cannot be made in a text. Labelled texts name the same kinds in `fault`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_SENTENCE_END = re.compile(r"(?<=[.!?])(\s+)(?=[A-ZÄÖÜ{])")
_MARKED = re.compile(r"[{}<>\"\\]")
_SMALL_WORD = re.compile(r"[a-zäöüß]{2,6}")

Donors = Sequence[str]
Fault = Callable[[str, Donors, random.Random], str | None]


def splice(text: str, donors: Donors, rng: random.Random) -> str | None:
    """The first half of a sentence joined to the second half of another one."""
    parts = _SENTENCE_END.split(text)
    places = [i for i in range(0, len(parts), 2) if _is_plain(parts[i], 4)]
    others = [each for donor in donors for each in list_plain_sentences(donor, 4)]
    if not places or not others:
        return None
    place = rng.choice(places)
    head, tail = parts[place].split(" "), rng.choice(others).split(" ")
    cut, rest = rng.randrange(2, len(head)), rng.randrange(1, len(tail) - 1)
    parts[place] = " ".join([*head[:cut], *tail[rest:]])
    return "".join(parts)


def drop(text: str, donors: Donors, rng: random.Random) -> str | None:
    """One or two short words missing."""
    words = text.split(" ")
    places = [
        i
        for i in range(1, len(words))
        if _SMALL_WORD.fullmatch(words[i]) and "{" not in words[i - 1] and "<" not in words[i - 1]
    ]
    if not places:
        return None
    for place in sorted(rng.sample(places, min(len(places), rng.choice((1, 2)))), reverse=True):
        del words[place]
    return " ".join(words)


def salad(text: str, donors: Donors, rng: random.Random) -> str | None:
    """The words of one sentence in another order."""
    parts = _SENTENCE_END.split(text)
    places = [i for i in range(0, len(parts), 2) if _is_plain(parts[i], 4)]
    if not places:
        return None
    place = rng.choice(places)
    words = parts[place].rstrip(".!?").split(" ")
    rng.shuffle(words)
    parts[place] = " ".join(words) + "."
    return "".join(parts)


def repeat(text: str, donors: Donors, rng: random.Random) -> str | None:
    """One sentence said twice, at once or later."""
    parts = _SENTENCE_END.split(text)
    places = [i for i in range(0, len(parts), 2) if _is_plain(parts[i], 3)]
    if not places:
        return None
    place = rng.choice(places)
    target = rng.choice([i for i in range(place, len(parts), 2) if "{%" not in parts[i]])
    parts[target] = f"{parts[target]} {parts[place]}"
    return "".join(parts)


def swap(text: str, donors: Donors, rng: random.Random) -> str | None:
    """A sentence of another message added: `donors` are texts of other experiences."""
    others = [each for donor in donors for each in list_plain_sentences(donor, 4)]
    parts = _SENTENCE_END.split(text)
    if not others or len(parts) < 2:
        return None
    place = rng.randrange(0, len(parts), 2)
    parts[place] = f"{parts[place]} {rng.choice(others)}"
    return "".join(parts)


FAULTS: dict[str, Fault] = {
    "splice": splice,
    "drop": drop,
    "salad": salad,
    "repeat": repeat,
    "swap": swap,
}


def list_plain_sentences(text: str, words: int) -> list[str]:
    """The sentences of at least `words` words without tags or slots."""
    return [part for part in _SENTENCE_END.split(text)[::2] if _is_plain(part, words)]


def _is_plain(sentence: str, words: int) -> bool:
    return not _MARKED.search(sentence) and len(sentence.split(" ")) >= words
