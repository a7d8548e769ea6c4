"""Measures what a text says twice: sentences, runs of words, and the words of two sentences."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations, pairwise

from edgefill.judging.home_texts import list_stems
from edgefill.judging.prose import Prose, Sentence

# letters of the shortest word that carries meaning
CONTENT_LETTERS = 5


def measure_repetition(prose: Prose) -> tuple[float, float, float, float, float]:
    """Sentences said twice, runs of three words said twice, the most alike pair, stems, chains.

    A chain is a sentence that begins with the word that ends the one before: "... has arrived.
    Arrived at ...".

    Each is that of the worst path.
    """
    figures = [_measure_path(path) for path in prose.paths if path]
    repeated, runs, alike, stems, chains = (max(each) for each in zip(*figures, strict=True))
    return float(repeated), math.log1p(runs), alike, math.log1p(stems), float(chains)


def _measure_path(path: tuple[Sentence, ...]) -> tuple[float, float, float, float, int]:
    bodies = [sentence for sentence in path if len(sentence) > 2]
    lowered = [tuple(token.lower() for token in body) for body in bodies]
    runs: Counter[Sentence] = Counter(
        body[i : i + 3]
        for body in lowered
        for i in range(len(body) - 2)
        if _is_run(body[i : i + 3])
    )
    stems = [list_stems(body) for body in bodies]
    alike = max(
        (len(a & b) / min(len(a), len(b)) for a, b in combinations(stems, 2) if a and b),
        default=0.0,
    )
    words = Counter(stem for each in stems for stem in each)
    return (
        len(lowered) - len(set(lowered)),
        sum(count - 1 for count in runs.values()),
        alike,
        sum(count - 1 for count in words.values()),
        sum(_is_chained(first, second) for first, second in pairwise(lowered)),
    )


def _is_chained(first: Sentence, second: Sentence) -> bool:
    """Whether a sentence begins with the longer word that ends the one before it."""
    last = next((word for word in reversed(first) if word[0].isalpha()), "")
    return len(last) >= CONTENT_LETTERS and last == second[0]


def _is_run(words: Sentence) -> bool:
    """Whether three tokens are words or slots that say something: one has some length."""
    return all(word[0].isalpha() or word[0] == "{" for word in words) and any(
        len(word) >= CONTENT_LETTERS and word[0].isalpha() for word in words
    )


def find_repeated(path: tuple[Sentence, ...]) -> Sentence | None:
    """The first sentence of a path that repeats an earlier one, or three words of it."""
    earlier: set[Sentence] = set()
    for sentence in path:
        lowered = tuple(token.lower() for token in sentence)
        runs = {lowered[i : i + 3] for i in range(len(lowered) - 2)}
        runs = {run for run in runs if _is_run(run)}
        if runs & earlier:
            return sentence
        earlier |= runs
    return None
