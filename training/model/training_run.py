"""The training loop: AdamW over batches, with checkpoints from which a run resumes."""

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

from training.model.batches import TrainingBatch
from training.model.workers import average_gradients

PEAK, WARM_UP, DECAY, CLIP = 3e-3, 60, 0.05, 1.0
# steps between two evaluations on held-out examples, each with a checkpoint
EVERY = 50


@dataclass(slots=True, kw_only=True)
class TrainingProgress:
    """The state of a run; `seconds` accumulates over interruptions."""

    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    # tokens of answers, which count in the loss
    answers: int = 0
    # step, loss on training examples, loss on held-out ones
    losses: list[tuple[int, float, float]] = field(default_factory=list)


def compute_loss(model: LlamaForCausalLM, batch: TrainingBatch) -> torch.Tensor:
    """The mean cross entropy of the answers' tokens, in nats."""
    hidden = model.model(
        input_ids=batch.tokens, position_ids=batch.positions, attention_mask=batch.attention_mask
    ).last_hidden_state
    logits = model.lm_head(hidden.flatten(0, 1)[batch.predicting])
    return functional.cross_entropy(logits.float(), batch.targets)


class TrainingRun:
    """One worker's part in a run of `steps` steps, with bfloat16 autocast and files in `folder`."""

    def __init__(
        self, model: LlamaForCausalLM, *, steps: int, folder: Path, is_leader: bool
    ) -> None:
        self.model = model
        self.steps = steps
        self.progress = TrainingProgress()
        self._file = folder / "checkpoint.pt"
        self._log = folder / "progress.json"
        # only the leading worker evaluates, saves and reports
        self.is_leader = is_leader
        self._optimiser = torch.optim.AdamW(
            [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": DECAY},
             {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0}],
            lr=PEAK, betas=(0.9, 0.95),
        )  # fmt: skip

    def resume(self) -> None:
        """Continue from the folder's checkpoint, if there is one."""
        if self._file.exists():
            checkpoint = torch.load(self._file, weights_only=True)
            self.model.load_state_dict(checkpoint["model"])
            self._optimiser.load_state_dict(checkpoint["optimiser"])
            self.progress = TrainingProgress(**checkpoint["progress"])

    def train(
        self,
        batches: Iterator[TrainingBatch],
        held_out_batches: list[TrainingBatch],
        on_evaluation: Callable[[TrainingProgress], None],
    ) -> None:
        """Run to the last step; the leader calls `on_evaluation` after every evaluation."""
        losses: list[float] = []
        started = time.monotonic() - self.progress.seconds
        while self.progress.step < self.steps:
            losses.append(self._step(next(batches)))
            self.progress.seconds = time.monotonic() - started
            if self.progress.step % EVERY == 0 or self.progress.step == self.steps:
                if self.is_leader:
                    mean = sum(losses) / len(losses)
                    self.progress.losses.append(
                        (self.progress.step, mean, self._evaluate(held_out_batches))
                    )
                    self._save()
                    on_evaluation(self.progress)
                losses.clear()

    def _step(self, batch: TrainingBatch) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = PEAK * _schedule_rate(self.progress.step, self.steps)
        with torch.autocast("cpu", torch.bfloat16):
            loss = compute_loss(self.model, batch)
        loss.backward()
        average_gradients(self.model.parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self.progress.step += 1
        self.progress.tokens += batch.tokens.numel()
        self.progress.answers += len(batch.targets)
        return float(loss.item())

    def _evaluate(self, held_out: list[TrainingBatch]) -> float:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            losses = [float(compute_loss(self.model, batch).item()) for batch in held_out]
        return sum(losses) / len(losses)

    def _save(self) -> None:
        state = {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict(),
                 "progress": asdict(self.progress)}  # fmt: skip
        partial = self._file.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._file)
        self._log.write_text(json.dumps(asdict(self.progress)), encoding="utf-8")


def _schedule_rate(step: int, steps: int) -> float:
    """The share of the peak rate at a step: a linear warm-up, then half a cosine."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.02 + 0.98 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))) / 2
