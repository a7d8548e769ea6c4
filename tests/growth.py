"""Judges whether work grows linearly with its text, on a machine of any speed.

CPU time of this thread is compared with itself: sixteen thousand characters may cost nine times
what four thousand do, where quadratic work would cost sixteen times as much. What is over in a
moment is not compared: quadratic work on so many characters cannot be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

SIZES = (1_000, 4_000, 16_000)
MOMENT_S = 0.02
MAX_GROWTH = 9
TRIES = 5
# pieces of text that rules look for, and what they may be followed by for ever
BEGINNINGS = (
    "", "order no", "Bestellnummer", "Hello ", "Sehr geehrte ", "my name is ", "ich heiße ", "a@",
    "here is the ", "sag bescheid, wenn du ", "EUR ", "[Name", "{{ a", "<a", "%%", "(insert ",
)  # fmt: skip
UNITS = (
    " ", "\t", "\n", " \n", "\u00a0", "a", "A", "0", "-", "_", ".", "a.", "A-", "A1-", "a_", "1 ",
    "1,", "1.", "0-", "a@", "@a.", "#", "##", "<", "<a", "<a>", "</a>", "<p ", "[", "[a", "]", "{",
    "{a", "{{", "{%", "{#", "}", "%", "%a", "%%", "$", "$a", "*|", "|", "~", "`", "'", '"', "\\",
    "\\u", "&", "&#", "&#0", "&a", "!", "?!", "...", ", ", "; ", ": ", "(", "(a", "«", "…", "Hello ",
    "Hello A", "Aa ", "O'A", "mein name ist ", "order ", "order #", "name ", "your ", "first_name ",
    "\ue000", "\x00", "é", "\u0301",
)  # fmt: skip
ENDS = ("", "x")


def list_hostile_texts(size: int) -> Iterator[str]:
    """Texts of about `size` characters, always in the same order."""
    for beginning in BEGINNINGS:
        for unit in UNITS:
            for end in ENDS:
                yield beginning + unit * (size // len(unit)) + end


def find_superlinear(work: Callable[[str], object]) -> list[str]:
    """The beginnings of the hostile texts on which `work` grows faster than its text."""
    slow = []
    for texts in zip(*map(list_hostile_texts, SIZES), strict=True):
        if any(_grows(work, *pair) for pair in zip(texts, texts[1:], strict=False)):
            slow.append(texts[0][:40])
    return slow


def _grows(work: Callable[[str], object], small: str, large: str) -> bool:
    """Whether `large` costs more than it may; the best of several tries counts."""
    if _measure_s(work, small) <= MOMENT_S / MAX_GROWTH and _measure_s(work, large) <= MOMENT_S:
        return False
    least = [min(_measure_s(work, text) for _ in range(TRIES)) for text in (small, large)]
    return least[1] > max(MOMENT_S, MAX_GROWTH * least[0])


def _measure_s(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
