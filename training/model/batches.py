"""Lessons as tensors: a prompt once, its answers after it, none seeing another."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from training.corpus.examples import Lesson
from training.model.tokenizer import END, ROLES, chat_text

AHEAD = 8  # batches that are filled together from lessons sorted by length


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Shapes: `tokens`, `positions` [B, L]; `sees` [B, 1, L, L]; `place`, `target` [N].

    `place` indexes the flattened [B * L] positions that predict `target`, the answers' tokens.
    """

    tokens: Tensor
    positions: Tensor
    sees: Tensor
    place: Tensor
    target: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One lesson as token ids; segment 0 is the prompt, 1.. its answers."""

    tokens: list[int]
    positions: list[int]
    segments: list[int]


def batches(
    lessons: Iterable[Lesson], tokenizer: PreTrainedTokenizerFast, *, size: int, seed: int
) -> Iterator[Batch]:
    """Batches of `size` lessons of similar length, in random order."""
    dice = random.Random(seed)
    source = iter(lessons)
    while ahead := [row_of(lesson, tokenizer) for lesson in itertools.islice(source, size * AHEAD)]:
        ahead.sort(key=lambda row: len(row.tokens))
        groups = [ahead[i : i + size] for i in range(0, len(ahead), size)]
        dice.shuffle(groups)
        yield from (stack(group, pad=tokenizer.pad_token_id) for group in groups)


def row_of(lesson: Lesson, tokenizer: PreTrainedTokenizerFast) -> Row:
    """Every answer opens with the assistant's mark, so each has its own first prediction."""
    prompt = tokenizer.encode(chat_text(lesson.prompt).removesuffix(ROLES[2]))
    tokens, positions, segments = list(prompt), list(range(len(prompt))), [0] * len(prompt)
    for number, answer in enumerate(lesson.answers, 1):
        ids = tokenizer.encode(f"{ROLES[2]}{answer}{END}")
        tokens += ids
        positions += range(len(prompt), len(prompt) + len(ids))
        segments += [number] * len(ids)
    return Row(tokens=tokens, positions=positions, segments=segments)


def stack(rows: list[Row], *, pad: int) -> Batch:
    """One batch of rows, padded at the end to the longest; padding sees only itself."""
    longest = max(len(row.tokens) for row in rows)

    def padded(name: str, filling: int) -> Tensor:
        lines = [getattr(r, name) + [filling] * (longest - len(r.tokens)) for r in rows]
        return torch.tensor(lines)

    tokens, positions, segments = padded("tokens", pad), padded("positions", 0), padded(
        "segments", -1
    )  # fmt: skip
    same = segments[:, :, None] == segments[:, None, :]
    sees = (same | (segments == 0)[:, None, :]) & torch.ones(longest, longest).tril().bool()
    predicts = (segments[:, :-1] > 0) & (segments[:, :-1] == segments[:, 1:])
    rows_at, columns = predicts.nonzero(as_tuple=True)
    return Batch(
        tokens=tokens,
        positions=positions,
        sees=sees[:, None],
        place=rows_at * longest + columns,
        target=tokens[rows_at, columns + 1],
    )
