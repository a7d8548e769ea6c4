"""`python -m training.train`: from the catalogue and the phrase banks to `training/tiny_model/`.

Learns the tokenizer, trains, saves, exports to ONNX, measures the model and writes its card
(training/report.py); started again, it goes on from its last checkpoint.
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

from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from transformers import PreTrainedTokenizerFast

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from training import report
from training.corpus.examples import Lesson, held_out, lessons, taught
from training.hardware import machine
from training.model.batches import batches
from training.model.export import export_onnx, save_model
from training.model.loop import Progress, Run
from training.model.model import CONTEXT, new_model, parameters
from training.model.pair import WORKERS, in_pairs
from training.model.tokenizer import learn_tokenizer
from training.record import Record

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
SEED, STEPS, SIZE = 2026, 1200, 3  # SIZE: lessons of one worker in one step
SAMPLE, LOOKED_AT = 3000, 24  # lessons: the tokenizer is learnt from, held out to look at


@dataclass(frozen=True, slots=True)
class School:
    """Taught and held-out lessons of the demo shop."""

    catalogue: Catalogue
    prompts: PromptTemplates

    @classmethod
    def open(cls) -> School:
        """The school of the catalogue in this repository."""
        return cls(
            load_catalogue(TEMPLATES / "catalogue"), PromptTemplates.load(TEMPLATES / "prompts")
        )

    def taught(self, *, seed: int) -> Iterator[Lesson]:
        """Lessons without end."""
        return lessons(self.catalogue, self.prompts, taught(self.catalogue), seed=seed)

    def held_out(self) -> list[Lesson]:
        """The same few lessons every time."""
        unseen = (held_out(self.catalogue),)
        endless = lessons(self.catalogue, self.prompts, unseen, seed=SEED)
        return list(itertools.islice(endless, LOOKED_AT))


def main(arguments: list[str]) -> int:
    """Run the whole of it; 1 when the model misses a bar of its report."""
    asked = _arguments(arguments)
    asked.work.mkdir(parents=True, exist_ok=True)
    if not (asked.work / "tokenizer").exists():
        sample = itertools.islice(School.open().taught(seed=SEED), SAMPLE)
        texts = (text for lesson in sample for text in (lesson.prompt, *lesson.answers))
        learn_tokenizer(texts, context=CONTEXT).save_pretrained(asked.work / "tokenizer")
    in_pairs(partial(_work, asked), folder=asked.work)
    export_onnx(asked.out, work=asked.work)
    return report.main(["--model", str(asked.out)])


def _work(asked: argparse.Namespace, rank: int) -> None:
    """One worker's part: train, and the first saves what came of it."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(asked.work / "tokenizer")
    model = new_model(tokenizer, seed=SEED)
    run = Run(model, steps=asked.steps, folder=asked.work, leads=rank == 0)
    run.resume()
    school = School.open()
    seed = SEED + 1 + rank + WORKERS * run.progress.step  # after an interruption: fresh lessons
    learnt = batches(school.taught(seed=seed), tokenizer, size=SIZE, seed=seed)
    with _bar() as bar:
        looked_at = list(batches(school.held_out(), tokenizer, size=SIZE, seed=SEED))
        run.train(learnt, looked_at, _teller(bar, asked.steps))
    if rank == 0:
        save_model(model, tokenizer, asked.out)
        _record(run).write(asked.out)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=ROOT / "training" / "tiny_model")
    parser.add_argument("--work", type=Path, default=ROOT / ".edgefill" / "training")
    return parser.parse_args(arguments)


def _bar() -> Bar:
    return Bar(TextColumn("step"), BarColumn(), TextColumn("{task.fields[said]}"),
               TimeRemainingColumn())  # fmt: skip


def _teller(bar: Bar, steps: int) -> Callable[[Progress], None]:
    task: TaskID = bar.add_task("training", total=steps, said="")

    def tell(progress: Progress) -> None:
        step, seen, unseen = progress.losses[-1]
        losses = f"loss {seen:.3f}, held out {unseen:.3f}"
        said = f"{step}/{steps}, {losses}, {progress.seconds:.0f} s"
        bar.update(task, completed=step, said=said)
        if not bar.console.is_terminal:  # a log gets lines, not a bar
            bar.console.print(said)

    return tell


def _record(run: Run) -> Record:
    _, seen, unseen = run.progress.losses[-1]
    return Record(
        parameters=parameters(run.model),
        steps=run.steps,
        seconds=round(run.progress.seconds, 1),
        tokens=run.progress.tokens,
        learnt=run.progress.answers,
        loss=(round(seen, 4), round(unseen, 4)),
        load=round(os.getloadavg()[0], 1),
        machine=machine("torch", "transformers", "tokenizers", "onnxruntime-genai"),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
