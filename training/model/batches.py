"""Turns examples into tensors: a prompt, then its answers, which do not attend to each other."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from training.corpus.examples import TrainingExample
from training.model.tokenizer import END, ROLES, format_prompt

# how many batches are filled together, from examples sorted by length
AHEAD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingBatch:
    """Shapes: `tokens`, `positions` [B, L]; `attention_mask` [B, 1, L, L]; the others [N].

    `predicting` indexes the positions, flattened to [B * L], that predict `targets`: the answers'
    tokens.
    """

    tokens: Tensor
    positions: Tensor
    attention_mask: Tensor
    predicting: Tensor
    targets: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedExample:
    """One example as token ids; segment 0 is the prompt, segments 1.. are its answers."""

    tokens: list[int]
    positions: list[int]
    segments: list[int]


def make_batches(
    examples: Iterable[TrainingExample], tokenizer: PreTrainedTokenizerFast, *, size: int, seed: int
) -> Iterator[TrainingBatch]:
    """Batches of `size` examples of similar length, in random order."""
    rng = random.Random(seed)
    iterator = iter(examples)
    while ahead := [
        tokenize_example(example, tokenizer) for example in itertools.islice(iterator, size * AHEAD)
    ]:
        ahead.sort(key=lambda row: len(row.tokens))
        groups = [ahead[i : i + size] for i in range(0, len(ahead), size)]
        rng.shuffle(groups)
        yield from (collate_batch(group, pad=tokenizer.pad_token_id) for group in groups)


def tokenize_example(
    example: TrainingExample, tokenizer: PreTrainedTokenizerFast
) -> TokenizedExample:
    """Each answer begins with the assistant's role token, so each has its own first prediction."""
    prompt = tokenizer.encode(format_prompt(example.prompt).removesuffix(ROLES[2]))
    tokens, positions, segments = list(prompt), list(range(len(prompt))), [0] * len(prompt)
    for number, answer in enumerate(example.answers, 1):
        ids = tokenizer.encode(f"{ROLES[2]}{answer}{END}")
        tokens += ids
        positions += range(len(prompt), len(prompt) + len(ids))
        segments += [number] * len(ids)
    return TokenizedExample(tokens=tokens, positions=positions, segments=segments)


def collate_batch(rows: list[TokenizedExample], *, pad: int) -> TrainingBatch:
    """One batch, padded at the end to the longest row; padding attends only to itself."""
    longest = max(len(row.tokens) for row in rows)

    def pad_rows(name: str, value: int) -> Tensor:
        padded = [getattr(r, name) + [value] * (longest - len(r.tokens)) for r in rows]
        return torch.tensor(padded)

    tokens, positions = pad_rows("tokens", pad), pad_rows("positions", 0)
    segments = pad_rows("segments", -1)
    same = segments[:, :, None] == segments[:, None, :]
    attends = (same | (segments == 0)[:, None, :]) & torch.ones(longest, longest).tril().bool()
    predicts = (segments[:, :-1] > 0) & (segments[:, :-1] == segments[:, 1:])
    row_indices, columns = predicts.nonzero(as_tuple=True)
    return TrainingBatch(
        tokens=tokens,
        positions=positions,
        attention_mask=attends[:, None],
        predicting=row_indices * longest + columns,
        targets=tokens[row_indices, columns + 1],
    )
