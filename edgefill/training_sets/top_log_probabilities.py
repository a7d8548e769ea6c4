"""TopLogProbabilities: what a teacher thought likely at each token of an answer, cached once.

With it a student of the same vocabulary learns from the teacher's distribution without the teacher.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.journal.json_members import LIST, TEXT, Kind, read_members

_MEMBERS: Mapping[str, Kind] = {"vocabulary": TEXT, "tokens": LIST, "top": LIST}
# the most by which rounded probabilities may exceed 1 together
_ROUNDING = 1e-3

Choices = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopLogProbabilities:
    """The answer's `tokens`, and per token the likeliest ids with their natural log-probabilities.

    `vocabulary` is the SHA-256 of the teacher's tokenizer file, in hexadecimal: a student with
    another one cannot use the ids.
    """

    vocabulary: str
    tokens: tuple[int, ...]
    top: tuple[Choices, ...]

    def __post_init__(self) -> None:
        if len(self.vocabulary) != 64 or set(self.vocabulary) - set("0123456789abcdef"):
            raise ValueError(
                "'vocabulary' is not the SHA-256 of a tokenizer, 64 hexadecimal digits"
            )
        if not self.tokens or len(self.top) != len(self.tokens):
            raise ValueError(f"'top' has {len(self.top)} positions for {len(self.tokens)} 'tokens'")
        for position, choices in enumerate(self.top):
            _check_choices(choices, f"position {position} of 'top'")


def top_to_json(top: TopLogProbabilities) -> dict[str, Any]:
    """`top` as a JSON object."""
    return {
        "vocabulary": top.vocabulary,
        "tokens": list(top.tokens),
        "top": [[list(choice) for choice in choices] for choices in top.top],
    }


def top_from_json(data: Any) -> TopLogProbabilities:
    """Parse what `top_to_json` wrote; ValueError or TypeError on anything else."""
    members = read_members(data, _MEMBERS)
    return TopLogProbabilities(
        vocabulary=members["vocabulary"],
        tokens=tuple(_read_id(each, "'tokens'") for each in members["tokens"]),
        top=tuple(_read_choices(each) for each in members["top"]),
    )


def _check_choices(choices: Choices, place: str) -> None:
    ids = {token for token, _ in choices}
    if not choices or len(ids) != len(choices):
        raise ValueError(f"{place} has no token, or one twice")
    if any(not chance <= 0 for _, chance in choices):
        raise ValueError(f"{place} has a log-probability above 0; give natural logarithms")
    if sum(math.exp(chance) for _, chance in choices) > 1 + _ROUNDING:
        raise ValueError(
            f"{place} has probabilities of more than 1 together; use natural logarithms"
        )


def _read_choices(data: Any) -> Choices:
    if type(data) is not list or any(type(each) is not list or len(each) != 2 for each in data):
        raise TypeError("'top' must have a list of [token id, log-probability] per token")
    return tuple((_read_id(token, "'top'"), _read_number(chance)) for token, chance in data)


def _read_id(token: Any, name: str) -> int:
    if type(token) is not int or token < 0:
        raise TypeError(f"{name} has something else than token ids, which are integers from 0 on")
    return token


def _read_number(chance: Any) -> float:
    if type(chance) not in (int, float):
        raise TypeError("'top' has a log-probability that is not a number")
    return float(chance)
