"""`python -m training.train`: trains `training/tiny_model/` on the catalogue and phrase banks.

It trains the tokenizer and the model, saves and exports the model, measures it and writes its card
(training/report.py). Started again after an interruption, it resumes from its last checkpoint.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from transformers import PreTrainedTokenizerFast

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from training import report
from training.corpus.examples import (
    TrainingExample,
    generate_examples,
    list_held_out,
    list_training_combinations,
)
from training.model.architecture import CONTEXT, build_model, count_parameters
from training.model.batches import make_batches
from training.model.export import export_onnx, save_model
from training.model.tokenizer import train_tokenizer
from training.model.training_run import TrainingProgress, TrainingRun
from training.model.workers import WORKERS, run_workers
from training.run_record import TrainingRecord, describe_machine

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
SEED = 2026
STEPS = 1200
# examples of one worker in one step
BATCH_SIZE = 3
# examples from which the tokenizer is trained
TOKENIZER_SAMPLE = 3000
# held-out examples in an evaluation
EVALUATION_SAMPLE = 24


@dataclass(frozen=True, slots=True)
class TrainingCorpus:
    """Training and held-out examples of the demo shop."""

    catalogue: Catalogue
    prompts: PromptTemplates

    @classmethod
    def load(cls) -> TrainingCorpus:
        """The corpus of the catalogue in this repository."""
        return cls(
            load_catalogue(TEMPLATES / "catalogue"), PromptTemplates.load(TEMPLATES / "prompts")
        )

    def generate_examples(self, *, seed: int) -> Iterator[TrainingExample]:
        """Endless training examples."""
        return generate_examples(
            self.catalogue, self.prompts, list_training_combinations(self.catalogue), seed=seed
        )

    def list_held_out(self) -> list[TrainingExample]:
        """The same few held-out examples every time."""
        endless = generate_examples(
            self.catalogue, self.prompts, (list_held_out(self.catalogue),), seed=SEED
        )
        return list(itertools.islice(endless, EVALUATION_SAMPLE))


def main(arguments: list[str]) -> int:
    """Train, export and measure; 1 if the model misses a bar of its report."""
    options = _parse_arguments(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    if not (options.work / "tokenizer").exists():
        examples = TrainingCorpus.load().generate_examples(seed=SEED)
        sample = itertools.islice(examples, TOKENIZER_SAMPLE)
        texts = (text for example in sample for text in (example.prompt, *example.answers))
        train_tokenizer(texts, context=CONTEXT).save_pretrained(options.work / "tokenizer")
    run_workers(partial(_train_worker, options), folder=options.work)
    export_onnx(options.out, work=options.work)
    return report.main(["--model", str(options.out)])


def _train_worker(options: argparse.Namespace, rank: int) -> None:
    """One worker's part of the training; the first worker also saves the model."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(options.work / "tokenizer")
    model = build_model(tokenizer, seed=SEED)
    run = TrainingRun(model, steps=options.steps, folder=options.work, is_leader=rank == 0)
    run.resume()
    corpus = TrainingCorpus.load()
    # after an interruption the examples are new ones
    seed = SEED + 1 + rank + WORKERS * run.progress.step
    examples = corpus.generate_examples(seed=seed)
    batches = make_batches(examples, tokenizer, size=BATCH_SIZE, seed=seed)
    with _make_progress_bar() as bar:
        held_out = corpus.list_held_out()
        held_out_batches = list(make_batches(held_out, tokenizer, size=BATCH_SIZE, seed=SEED))
        run.train(batches, held_out_batches, _make_reporter(bar, options.steps))
    if rank == 0:
        save_model(model, tokenizer, options.out)
        _record_run(run).write(options.out)


def _parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=ROOT / "training" / "tiny_model")
    parser.add_argument("--work", type=Path, default=ROOT / ".edgefill" / "training")
    return parser.parse_args(arguments)


def _make_progress_bar() -> Progress:
    return Progress(TextColumn("step"), BarColumn(), TextColumn("{task.fields[status]}"),
                    TimeRemainingColumn())  # fmt: skip


def _make_reporter(bar: Progress, steps: int) -> Callable[[TrainingProgress], None]:
    task: TaskID = bar.add_task("training", total=steps, status="")

    def report_progress(progress: TrainingProgress) -> None:
        step, loss, held_out_loss = progress.losses[-1]
        losses = f"loss {loss:.3f}, held out {held_out_loss:.3f}"
        status = f"{step}/{steps}, {losses}, {progress.seconds:.0f} s"
        bar.update(task, completed=step, status=status)
        # a log gets lines instead of a bar
        if not bar.console.is_terminal:
            bar.console.print(status)

    return report_progress


def _record_run(run: TrainingRun) -> TrainingRecord:
    _, loss, held_out_loss = run.progress.losses[-1]
    return TrainingRecord(
        parameters=count_parameters(run.model),
        steps=run.steps,
        seconds=round(run.progress.seconds, 1),
        tokens=run.progress.tokens,
        learnt=run.progress.answers,
        loss=(round(loss, 4), round(held_out_loss, 4)),
        load=round(os.getloadavg()[0], 1),
        machine=describe_machine("torch", "transformers", "tokenizers", "onnxruntime-genai"),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
