"""Compare our offline batches with a bare `vllm.LLM.generate`, on the same templates and model.

    .venv-vllm/bin/python -m benchmarks.batch [--json] [--check] [--rounds N]

A round is a shard of every key of the catalogue, under the grammars of their slots, sampled with
the round's own seeds. One engine generates it twice, in alternating order: with vllm.LLM.generate,
from the prompts' tokens to texts in memory, and with the code of `python -m gpu_service.batch`,
from the shard's file to the finished file of answers. The prefix cache is emptied before each. The
first round is not counted, and the ratio is the median of the rounds' ratios. `EDGEFILL_GPU_*` name
the model and the settings; the default is the tiny model.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.command import run
from benchmarks.machine import describe_machine, find_vllm_package, list_versions
from benchmarks.servers import read_vllm_settings
from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.core.keys import Key
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.drafting.writers.wire import order_to_json
from gpu_service.batch.progress import HiddenProgress
from gpu_service.batch.shard import ShardRequest, read_shard
from gpu_service.batch.shard_run import ShardReport, run_shard
from gpu_service.engines.prompt_encoder import PromptEncoder
from gpu_service.engines.vllm.offline import VllmOfflineEngine
from gpu_service.engines.vllm.start import (
    build_engine_args,
    build_environment,
    is_cpu_build,
    set_environment_defaults,
)
from gpu_service.settings import GpuServiceSettings

ROOT = Path(__file__).parent.parent
BAR = 0.9  # at least this share of bare vLLM's tokens/s
TEXTS_PER_KEY = 2


def measure(rounds: int) -> dict[str, Any]:
    """Tokens/s of both, their ratio, the machine and the versions."""
    settings = read_vllm_settings()
    llm = _load_model(settings)
    bare, ours, reports = list[float](), list[float](), list[ShardReport]()
    with tempfile.TemporaryDirectory() as name:
        for number in range(rounds + 1):
            print(f"round {number} of {rounds}", file=sys.stderr)
            shard = _write_shard(Path(name) / f"{number}.jsonl", number)
            result = _measure_round(llm, settings, shard, ours_first=bool(number % 2))
            if number:
                bare.append(result[0])
                ours.append(result[1].tokens / result[2])
                reports.append(result[1])
    return {
        "bare_tokens_per_s": round(statistics.median(bare), 1),
        "ours_tokens_per_s": round(statistics.median(ours), 1),
        "ratio": round(statistics.median(o / b for o, b in zip(ours, bare, strict=True)), 3),
        "bar": BAR,
        "requests": reports[0].requests,
        "failed": sum(one.failed for one in reports),
        "prefix_cache_hit_rate": statistics.median(one.hit_rate for one in reports),
        "rounds_tokens_per_s": {"bare": [round(s) for s in bare], "ours": [round(s) for s in ours]},
        "model": settings.name,
        "rounds": rounds,
        "machine": describe_machine(),
        "versions": list_versions(find_vllm_package(), "torch", "llguidance"),
    }


def _load_model(settings: GpuServiceSettings) -> Any:
    set_environment_defaults(build_environment(settings, cpu=is_cpu_build()))
    from vllm import LLM  # noqa: PLC0415 after set_environment_defaults

    return LLM(**build_engine_args(settings, (), cpu=is_cpu_build()))


def _write_shard(path: Path, number: int) -> Path:
    """Write a shard with a request for every key, as lambdas/batch does."""
    catalogue = load_catalogue(ROOT / "templates" / "catalogue")
    prompts = PromptTemplates.load(ROOT / "templates" / "prompts")
    keys = catalogue.list_keys()
    lines = [
        {
            "custom_id": f"{key} {text}",
            "method": "POST",
            "url": "/v1/templates",
            "body": order_to_json(_make_order(catalogue, prompts, key, seed=1000 * number + text)),
        }
        for key in keys
        for text in range(TEXTS_PER_KEY)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def _make_order(
    catalogue: Catalogue, prompts: PromptTemplates, key: Key, *, seed: int
) -> GenerationOrder:
    experience = catalogue.entry(key.experience).experience
    return GenerationOrder(
        prompt=prompts.render_draft(
            catalogue, key, catalogue.entry(key.experience).tone_of(key.case)
        ),
        format=experience.format,
        slots=experience.slots,
        fields=experience.fields,
        max_chars=experience.max_chars,
        seed=seed,
        lane="batch",
    )


def _measure_round(
    llm: Any, settings: GpuServiceSettings, shard: Path, *, ours_first: bool
) -> tuple[float, ShardReport, float]:
    """Bare vLLM's tokens/s, our report, and our seconds including reading and writing the files."""

    def make_engine() -> VllmOfflineEngine:
        return VllmOfflineEngine(settings, engine=llm.llm_engine)

    def run_offline() -> tuple[ShardReport, float]:
        llm.reset_prefix_cache()
        began = time.perf_counter()
        report = run_shard(
            shard, shard.with_suffix(".out"), make_engine(), progress=HiddenProgress()
        )
        return report, time.perf_counter() - began

    if ours_first:
        report, seconds = run_offline()
        return _measure_bare(llm, read_shard(shard, make_engine())), report, seconds
    bare = _measure_bare(llm, read_shard(shard, make_engine()))
    return bare, *run_offline()


def _measure_bare(llm: Any, shard: dict[str, ShardRequest]) -> float:
    from vllm.sampling_params import RequestOutputKind  # noqa: PLC0415

    from gpu_service.engines.vllm.convert import to_sampling_params  # noqa: PLC0415

    encoder = PromptEncoder(llm.get_tokenizer(), llm.llm_engine.model_config.max_model_len)
    requests = [line.parsed.request for line in shard.values()]
    prompts = [{"prompt_token_ids": list(encoder.encode(request))} for request in requests]
    params = [
        to_sampling_params(request, max_tokens=encoder.max_new_tokens(request))
        for request in requests
    ]
    for one in params:
        one.output_kind = RequestOutputKind.FINAL_ONLY
    llm.reset_prefix_cache()
    began = time.perf_counter()
    answers = llm.generate(prompts, params, use_tqdm=False)
    seconds = time.perf_counter() - began
    return float(sum(len(answer.outputs[0].token_ids) for answer in answers) / seconds)


def find_missed_bars(report: dict[str, Any]) -> list[str]:
    """One sentence per missed bar."""
    sentences = []
    if report["ratio"] < BAR:
        sentences.append(f"{report['ratio']} of bare vLLM's tokens/s, bar {BAR}")
    if report["failed"]:
        sentences.append(f"{report['failed']} requests failed")
    return sentences


def _print(report: dict[str, Any]) -> None:
    print(f"vllm.LLM.generate:           {report['bare_tokens_per_s']:.0f} tokens/s")
    print(f"python -m gpu_service.batch: {report['ours_tokens_per_s']:.0f} tokens/s")
    print(f"ratio {report['ratio']} (bar {BAR}); {report['requests']} templates a round")
    print(f"of the prompts' tokens {report['prefix_cache_hit_rate']:.0%} were in the prefix cache")
    print(f"tokens/s of each round: {report['rounds_tokens_per_s']}")
    print(f"model {report['model']}; {report['rounds']} rounds")
    print(f"{report['machine']}; {report['versions']}")


if __name__ == "__main__":
    sys.exit(
        run(__doc__, measure=measure, print_figures=_print, list_misses=find_missed_bars, rounds=3)
    )
