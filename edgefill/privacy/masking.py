"""Masks the names and spelled numbers in a question before a model or a reviewer sees it.

Numbers, codes and addresses in digits are masked earlier, where the edge reads the question
(edgefill/routing/question.py): the edge must not carry the name lists, and must never forward or
log a number.
"""

from __future__ import annotations

from collections.abc import Callable

from edgefill.privacy.introductions import find_introduced_names
from edgefill.privacy.person_names import FIRST_NAMES

# replaces a name where a question is stored or shown to a model
NAME_MASK = "[name]"
NUMBER_MASK = "#"  # as in edgefill/routing/question.py
MIN_DIGITS = 3  # spelled digits in a row that could be part of a number of a card or an order
_DIGIT_WORDS = """
zero oh one two three four five six seven eight nine double triple
null eins zwei zwo drei vier fünf fuenf sechs sieben acht neun doppel"""
_DIGITS = frozenset(_DIGIT_WORDS.split())
_BOUNDARIES = ".,;:!?"


def mask_names(text: str) -> str:
    """A casefolded `text` with NAME_MASK for each name and NUMBER_MASK for each spelled number.

    Names are the common first names (person_names.py) and those that are introduced
    (introductions.py).
    """
    tokens = text.split()
    cores = [token.rstrip(_BOUNDARIES) for token in tokens]
    introduced = _find_introduced(tokens, cores)
    numbers = _find_numbers(cores)
    masked: list[str] = []
    for at, (token, core) in enumerate(zip(tokens, cores, strict=True)):
        mask = NUMBER_MASK if at in numbers else NAME_MASK if at in introduced else ""
        end = token[len(core) :]
        _append(masked, (mask or _mask_first_names(core)) + end)
    return " ".join(masked)


def remove_name_masks(text: str) -> str:
    """A masked `text` without its NAME_MASKs: in words that a visitor could have typed."""
    return " ".join(text.replace(NAME_MASK, " ").split())


def _append(masked: list[str], token: str) -> None:
    """Append `token`; one mask stands for all parts of a name or a number."""
    last = masked[-1] if masked else ""
    if last in (NAME_MASK, NUMBER_MASK) and token.rstrip(_BOUNDARIES) == last:
        masked[-1] = token
    else:
        masked.append(token)


def _find_introduced(tokens: list[str], cores: list[str]) -> set[int]:
    """The places of introduced names; the end of a sentence is a word of its own for the search."""
    words: list[str] = []
    places: list[int] = []
    for at, (token, core) in enumerate(zip(tokens, cores, strict=True)):
        words.append(core.casefold())
        places.append(at)
        if token != core:
            words.append("")
            places.append(at)
    return {places[place] for place in find_introduced_names(words) if words[place]}


def _find_numbers(cores: list[str]) -> set[int]:
    places: set[int] = set()
    run: list[int] = []
    for at, core in enumerate([*cores, ""]):
        if core in _DIGITS:
            run.append(at)
            continue
        if len(run) >= MIN_DIGITS:
            places.update(run)
        run = []
    return places


def _mask_first_names(core: str) -> str:
    """`core`, or NAME_MASK for a first name, also for one in a word with hyphens."""
    is_name: Callable[[str], bool] = FIRST_NAMES.__contains__
    return NAME_MASK if is_name(core) or any(map(is_name, core.split("-"))) else core
