"""`python -m training.report`: measures what the tiny model writes for held-out combinations.

Prints the figures, writes them to `report.json` next to the model, and writes its card from them.
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
from training.corpus.examples import list_held_out
from training.run_record import describe_machine
from training.sampling import HeldOutPrompt, JudgedText, sample_text

ROOT = Path(__file__).parent.parent
SAMPLES = 20
BARS = {"compiles": 0.99, "required": 0.95, "distinct": 10}


def main(arguments: list[str]) -> int:
    """Measure, print and write; 1 if the model misses a bar with the grammar."""
    options = _parse_arguments(arguments)
    model = OnnxModel(options.model / "onnx", threads=options.threads)
    catalogue = load_catalogue(ROOT / "templates" / "catalogue")
    prompts = PromptTemplates.load(ROOT / "templates" / "prompts")
    held_out = list(_build_prompts(catalogue, prompts))
    report: dict[str, Any] = {
        "combinations": len(list_held_out(catalogue)),
        "prompts": len(held_out),
        "samples": options.samples,
        "temperature": 0.8,
        "machine": describe_machine("onnxruntime-genai"),
        "without_grammar": _measure(model, held_out, options.samples, constrained=False),
        "with_grammar": _measure(model, held_out, options.samples, constrained=True),
    }
    (options.model / "report.json").write_text(
        json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    )
    write_card(options.model)
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return 0 if _has_met_bars(report["with_grammar"]) else 1


def _build_prompts(catalogue: Catalogue, prompts: PromptTemplates) -> Iterator[HeldOutPrompt]:
    """Every held-out combination in every locale."""
    for combination in list_held_out(catalogue):
        for locale in catalogue.locales:
            yield HeldOutPrompt.build(catalogue, prompts, combination, locale)


def _measure(
    model: OnnxModel, prompts: list[HeldOutPrompt], samples: int, *, constrained: bool
) -> dict[str, Any]:
    name = f"{'with' if constrained else 'without'} the grammar"
    started = time.perf_counter()
    texts = [
        [sample_text(model, prompt, seed=seed, constrained=constrained) for seed in range(samples)]
        for prompt in track(prompts, description=name)
    ]
    seconds = time.perf_counter() - started
    all_texts = [text for of_prompt in texts for text in of_prompt]
    distinct = [len({text.text for text in of_prompt}) for of_prompt in texts]
    return {
        "texts": len(all_texts),
        "compiles": round(_compute_share(all_texts, "compiles"), 4),
        "required": round(_compute_share(all_texts, "uses_required"), 4),
        "distinct_least": min(distinct),
        "distinct_median": statistics.median(distinct),
        "refused": dict(Counter(rule for text in all_texts for rule in text.rules)),
        "seconds_a_text": round(seconds / len(all_texts), 4),
        "tokens_a_second": round(sum(text.tokens for text in all_texts) / seconds),
        "examples": {str(prompt): of_prompt[0].text for prompt, of_prompt in
                     list(zip(prompts, texts, strict=True))[:: max(1, len(texts) // 6)]},
    }  # fmt: skip


def _compute_share(texts: list[JudgedText], quality: str) -> float:
    return sum(bool(getattr(text, quality)) for text in texts) / len(texts)


def _has_met_bars(figures: dict[str, Any]) -> bool:
    return bool(
        figures["compiles"] >= BARS["compiles"]
        and figures["required"] >= BARS["required"]
        and figures["distinct_least"] >= BARS["distinct"]
    )


def _parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.report", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "training" / "tiny_model")
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument(
        "--threads", type=int, default=0, help="threads of the engine; 0: the engine chooses"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
