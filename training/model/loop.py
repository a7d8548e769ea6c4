"""The training loop: AdamW over batches, with checkpoints to go on from."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch.nn import functional
from transformers import LlamaForCausalLM

from training.model.batches import Batch
from training.model.pair import average_gradients

PEAK, WARM_UP, DECAY, CLIP = 3e-3, 60, 0.05, 1.0
EVERY = 50  # steps between a look at the held-out lessons and a checkpoint


@dataclass(slots=True, kw_only=True)
class Progress:
    """Where a run stands; `seconds` adds up over interruptions."""

    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    answers: int = 0  # tokens that were learnt from
    losses: list[tuple[int, float, float]] = field(default_factory=list)  # step, taught, held out


def loss_of(model: LlamaForCausalLM, batch: Batch) -> torch.Tensor:
    """The mean cross entropy of the answers' tokens, in nats."""
    hidden = model.model(
        input_ids=batch.tokens, position_ids=batch.positions, attention_mask=batch.sees
    ).last_hidden_state
    logits = model.lm_head(hidden.flatten(0, 1)[batch.place])
    return functional.cross_entropy(logits.float(), batch.target)


class Run:
    """One worker's part in a run of `steps` steps, kept in `folder`; bfloat16 where it counts."""

    def __init__(self, model: LlamaForCausalLM, *, steps: int, folder: Path, leads: bool) -> None:
        self.model = model
        self.steps = steps
        self.progress = Progress()
        self._file = folder / "checkpoint.pt"
        self._log = folder / "progress.json"
        self.leads = leads  # the one worker that looks, saves and tells
        self._optimiser = torch.optim.AdamW(
            [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": DECAY},
             {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0}],
            lr=PEAK, betas=(0.9, 0.95),
        )  # fmt: skip

    def resume(self) -> None:
        """Go on from the folder's checkpoint, if there is one."""
        if self._file.exists():
            saved = torch.load(self._file, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self._optimiser.load_state_dict(saved["optimiser"])
            self.progress = Progress(**saved["progress"])

    def train(
        self, taught: Iterator[Batch], held_out: list[Batch], tell: Callable[[Progress], None]
    ) -> None:
        """Run to the last step; `tell` hears of every look at the held-out lessons."""
        losses: list[float] = []
        started = time.monotonic() - self.progress.seconds
        while self.progress.step < self.steps:
            losses.append(self._step(next(taught)))
            self.progress.seconds = time.monotonic() - started
            if self.progress.step % EVERY == 0 or self.progress.step == self.steps:
                if self.leads:
                    mean = sum(losses) / len(losses)
                    self.progress.losses.append((self.progress.step, mean, self._look(held_out)))
                    self._save()
                    tell(self.progress)
                losses.clear()

    def _step(self, batch: Batch) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = PEAK * _slope(self.progress.step, self.steps)
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(self.model, batch)
        loss.backward()
        average_gradients(self.model.parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self.progress.step += 1
        self.progress.tokens += batch.tokens.numel()
        self.progress.answers += len(batch.target)
        return float(loss.item())

    def _look(self, held_out: list[Batch]) -> float:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            losses = [float(loss_of(self.model, batch).item()) for batch in held_out]
        return sum(losses) / len(losses)

    def _save(self) -> None:
        state = {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict(),
                 "progress": asdict(self.progress)}  # fmt: skip
        partial = self._file.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._file)
        self._log.write_text(json.dumps(asdict(self.progress)), encoding="utf-8")


def _slope(step: int, steps: int) -> float:
    """The share of the peak rate at a step: up in a line, down in half a cosine."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.02 + 0.98 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))) / 2
