"""Measure a regular expression without compiling it, in time linear in its length.

The measure is how many characters and classes it has once every bounded repetition is written out,
which is what an engine's automaton grows with. The syntax is that of Rust's regex crate
(docs.rs/regex, "Syntax"), which llguidance and vLLM read.
"""

from __future__ import annotations

import re

MAX_REGEX_CHARS = 4_000
MAX_REGEX_SIZE = 20_000
_REPETITION = re.compile(r"\{([0-9]*+)(,?)([0-9]*+)\}")
_CLASS_NAME = re.compile(r"[pPxuU]\{[^{}]{0,64}\}")


def explain_excess(pattern: str) -> str | None:
    """Why `pattern` is too large to be compiled; None when it is not."""
    if len(pattern) > MAX_REGEX_CHARS:
        return f"it has {len(pattern)} characters; at most {MAX_REGEX_CHARS} are allowed"
    size = measure_regex(pattern)
    if size > MAX_REGEX_SIZE:
        return f"its repetitions stand for {size} characters; at most {MAX_REGEX_SIZE} are allowed"
    return None


def measure_regex(pattern: str) -> int:
    """How many characters and classes `pattern` has with each repetition written out."""
    groups = [_Group()]
    position = 0
    while position < len(pattern):
        character = pattern[position]
        repetition = _REPETITION.match(pattern, position)
        if repetition:
            groups[-1].repeat(repetition)
            position = repetition.end()
        elif character == "[":
            position = _find_class_end(pattern, position)
            groups[-1].add(1)
        elif character == "\\":
            name = _CLASS_NAME.match(pattern, position + 1)
            position = name.end() if name else position + 2
            groups[-1].add(1)
        else:
            if character == "(":
                groups.append(_Group())
            elif character == ")" and len(groups) > 1:
                group = groups.pop()
                groups[-1].add(group.size)
            elif character not in "*+?|":
                groups[-1].add(1)
            position += 1
    return sum(group.size for group in groups)


class _Group:
    """The size of a group so far, of which `last` is the part that a repetition repeats."""

    def __init__(self) -> None:
        self._before = 0
        self._last = 0

    @property
    def size(self) -> int:
        return self._before + self._last

    def add(self, size: int) -> None:
        self._before += self._last
        self._last = size

    def repeat(self, repetition: re.Match[str]) -> None:
        """Multiply the last part; the count's own digits bound it, so that it stays a small int."""
        least, _, most = repetition.groups()
        if not (least or most):
            return self.add(len(repetition[0]))  # `{}` and `{,}` are text
        count = max(int(digits[:9]) for digits in (least or "0", most or "0", "1"))
        self._last = min(self._last * count, 10**12)
        return None


def _find_class_end(pattern: str, start: int) -> int:
    """The place after a class, whose classes may be nested; the pattern's end if it never ends."""
    depth, position = 0, start
    while position < len(pattern):
        character = pattern[position]
        if character == "[":
            depth += 1
            position += pattern.startswith("^", position + 1)
            position += pattern.startswith("]", position + 1)  # a first bracket is text
        elif character == "]":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 2 if character == "\\" else 1
    return position
