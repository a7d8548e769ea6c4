"""Judges whether work grows linearly with its text, on a machine of any speed.

CPU time of this thread is compared with itself: sixteen thousand characters may cost nine times
what four thousand do, where quadratic work would cost sixteen times as much. What is over in a
moment is not compared: quadratic work on so many characters cannot be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

SIZES = (1_000, 4_000, 16_000)
MOMENT_S = 0.03
MAX_GROWTH = 9
TRIES = 3
# pieces of text that rules look for, and what they may be followed by for ever
BEGINNINGS = (
    "", "order no", "Bestellnummer", "Hello ", "Sehr geehrte ", "my name is ", "ich heiße ", "a@",
    "here is the ", "sag bescheid, wenn du ", "EUR ", "[Name", "{{ a", "<a", "%%", "(insert ",
)  # fmt: skip
UNITS = (
    " ", "\t", "\n", " \n", "\u00a0", "a", "A", "0", "-", "_", ".", "a.", "A-", "A1-", "a_", "1 ",
    "1,", "1.", "0-", "a@", "@a.", "#", "##", "<", "<a", "<a>", "</a>", "<p ", "[", "[a", "]", "{",
    "{a", "{{", "{%", "{#", "}", "%", "%a", "%%", "$", "$a", "*|", "|", "~", "`", "'", '"', "\\",
    "\\u", "&", "&#", "&#0", "&a", "!", "?!", "...", ", ", "; ", ": ", "(", "(a", "«", "…",
    "Hello ", "Hello A", "Aa ", "O'A", "mein name ist ", "order ", "order #", "name ",
    "your ", "first_name ",
    "\ue000", "\x00", "é", "\u0301",
)  # fmt: skip
FEW_UNITS = (" ", "\n", "a", "A-", "1 ", "<a", "#")


def list_hostile_texts(size: int) -> Iterator[str]:
    """Texts of about `size` characters, always in the same order; nothing matches their ends."""
    pairs = [("", unit) for unit in UNITS]
    pairs += [(beginning, unit) for beginning in BEGINNINGS for unit in FEW_UNITS]
    for beginning, unit in pairs:
        yield f"{beginning}{unit * (size // len(unit))}x"


def find_superlinear(work: Callable[[str], object]) -> str:
    """The beginning of the first hostile text on which `work` grows faster than its text, or ""."""
    hostile: Iterator[tuple[str, ...]] = zip(*map(list_hostile_texts, SIZES), strict=True)
    for texts in hostile:
        if is_superlinear(work, texts):
            return texts[0][:40]
    return ""


def is_superlinear(work: Callable[[str], object], texts: Sequence[str]) -> bool:
    """Whether `work` grows faster than `texts`, each of which is four times as long as the last."""
    return any(_grows(work, *pair) for pair in pairwise(texts))


def _grows(work: Callable[[str], object], small: str, large: str) -> bool:
    """Whether `large` costs more than it may; the best of several tries counts."""
    if _measure_s(work, large) <= MOMENT_S:
        return False
    least = [min(_measure_s(work, text) for _ in range(TRIES)) for text in (small, large)]
    return least[1] > max(MOMENT_S, MAX_GROWTH * least[0])


def _measure_s(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
