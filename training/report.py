"""`python -m training.report`: what the tiny model writes for combinations it never saw.

Prints the figures, writes them to `report.json` beside the model, and its card from them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.progress import track

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from gpu_service.engines.onnx.model import OnnxModel
from training.card import write_card
from training.corpus.examples import held_out
from training.hardware import machine
from training.writing import Assignment, Written, write

ROOT = Path(__file__).parent.parent
SAMPLES = 20
BARS = {"compiles": 0.99, "required": 0.95, "distinct": 10}


def main(arguments: list[str]) -> int:
    """Measure, print and write; 1 when a bar with the grammar is missed."""
    asked = _arguments(arguments)
    model = OnnxModel(asked.model / "onnx", threads=asked.threads)
    catalogue = load_catalogue(ROOT / "templates" / "catalogue")
    prompts = PromptTemplates.load(ROOT / "templates" / "prompts")
    assignments = list(_assignments(catalogue, prompts))
    report: dict[str, Any] = {
        "combinations": len(held_out(catalogue)),
        "prompts": len(assignments),
        "samples": asked.samples,
        "temperature": 0.8,
        "machine": machine("onnxruntime-genai"),
        "without_grammar": _measure(model, assignments, asked.samples, constrained=False),
        "with_grammar": _measure(model, assignments, asked.samples, constrained=True),
    }
    (asked.model / "report.json").write_text(
        json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    )
    write_card(asked.model)
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return 0 if _meets(report["with_grammar"]) else 1


def _assignments(catalogue: Catalogue, prompts: PromptTemplates) -> Iterator[Assignment]:
    """Every held-out combination in every locale."""
    for combination in held_out(catalogue):
        for locale in catalogue.locales:
            yield Assignment.of(catalogue, prompts, combination, locale)


def _measure(
    model: OnnxModel, assignments: list[Assignment], samples: int, *, constrained: bool
) -> dict[str, Any]:
    name = f"{'with' if constrained else 'without'} the grammar"
    started = time.perf_counter()
    texts = [
        [write(model, assignment, seed=seed, constrained=constrained) for seed in range(samples)]
        for assignment in track(assignments, description=name)
    ]
    seconds = time.perf_counter() - started
    every = [written for written_for in texts for written in written_for]
    distinct = [len({written.text for written in written_for}) for written_for in texts]
    return {
        "texts": len(every),
        "compiles": round(_share(every, "compiles"), 4),
        "required": round(_share(every, "uses_required"), 4),
        "distinct_least": min(distinct),
        "distinct_median": statistics.median(distinct),
        "refused": dict(Counter(rule for written in every for rule in written.rules)),
        "seconds_a_text": round(seconds / len(every), 4),
        "tokens_a_second": round(sum(written.tokens for written in every) / seconds),
        "examples": {str(a): written_for[0].text for a, written_for in
                     list(zip(assignments, texts, strict=True))[:: max(1, len(texts) // 6)]},
    }  # fmt: skip


def _share(texts: list[Written], quality: str) -> float:
    return sum(bool(getattr(written, quality)) for written in texts) / len(texts)


def _meets(figures: dict[str, Any]) -> bool:
    return bool(
        figures["compiles"] >= BARS["compiles"]
        and figures["required"] >= BARS["required"]
        and figures["distinct_least"] >= BARS["distinct"]
    )


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.report", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "training" / "tiny_model")
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--threads", type=int, default=0, help="of the engine; 0: its choice")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
