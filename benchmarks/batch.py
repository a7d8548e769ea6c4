"""Offline batches against a bare `vllm.LLM.generate`: the same templates, model and run.

    .venv-vllm/bin/python -m benchmarks.batch [--json] [--check] [--rounds N]

A round is a shard of every key of the catalogue, under the grammars of their slots, sampled with
seeds of its own. It is written twice by one engine, in turn first: by vllm.LLM.generate, which is
given the prompts' tokens and keeps the texts in memory; and by what `python -m gpu_service.batch`
runs, from the shard's file to the finished file of answers. The prefix cache is emptied before
each. The first round is not counted; the ratio is the median of the rounds' own. The model and the
settings are those of `EDGEFILL_GPU_*`, the tiny model unless it is named.
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
from benchmarks.machine import machine, versions, vllm_package
from benchmarks.servers import settings_here
from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates as Templates
from edgefill.core.keys import Key
from edgefill.drafting.generator import GenerationOrder
from edgefill.drafting.wire import order_to_json
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
BAR = 0.9  # of bare vLLM's tokens/s, at least
TEXTS_OF_A_KEY = 2


def report(rounds: int) -> dict[str, Any]:
    """Tokens/s of both, their ratio, and where and with what they were measured."""
    settings = settings_here()
    llm = _model(settings)
    bare, ours, reports = list[float](), list[float](), list[ShardReport]()
    with tempfile.TemporaryDirectory() as name:
        for number in range(rounds + 1):
            print(f"round {number} of {rounds}", file=sys.stderr)
            shard = _shard(Path(name) / f"{number}.jsonl", number)
            measured = _round(llm, settings, shard, ours_first=bool(number % 2))
            if number:
                bare.append(measured[0])
                ours.append(measured[1].tokens / measured[2])
                reports.append(measured[1])
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
        "machine": machine(),
        "versions": versions(vllm_package(), "torch", "llguidance"),
    }


def _model(settings: GpuServiceSettings) -> Any:
    set_environment_defaults(build_environment(settings, cpu=is_cpu_build()))
    from vllm import LLM  # noqa: PLC0415 after `prepare`

    return LLM(**build_engine_args(settings, (), cpu=is_cpu_build()))


def _shard(path: Path, number: int) -> Path:
    """Orders of every key, as lambdas/batch sends them."""
    catalogue = load_catalogue(ROOT / "templates" / "catalogue")
    prompts = Templates.load(ROOT / "templates" / "prompts")
    keys = catalogue.list_keys()
    lines = [
        {
            "custom_id": f"{key} {text}",
            "method": "POST",
            "url": "/v1/templates",
            "body": order_to_json(_order(catalogue, prompts, key, seed=1000 * number + text)),
        }
        for key in keys
        for text in range(TEXTS_OF_A_KEY)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def _order(catalogue: Catalogue, prompts: Templates, key: Key, *, seed: int) -> GenerationOrder:
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


def _round(
    llm: Any, settings: GpuServiceSettings, shard: Path, *, ours_first: bool
) -> tuple[float, ShardReport, float]:
    """Bare vLLM's tokens/s; our report, and its seconds with reading and writing the files."""

    def author() -> VllmOfflineEngine:
        return VllmOfflineEngine(settings, engine=llm.llm_engine)

    def offline() -> tuple[ShardReport, float]:
        llm.reset_prefix_cache()
        began = time.perf_counter()
        found = run_shard(shard, shard.with_suffix(".out"), author(), progress=HiddenProgress())
        return found, time.perf_counter() - began

    if ours_first:
        found, seconds = offline()
        return _bare(llm, read_shard(shard, author())), found, seconds
    bare = _bare(llm, read_shard(shard, author()))
    return bare, *offline()


def _bare(llm: Any, lines: dict[str, ShardRequest]) -> float:
    from vllm.sampling_params import RequestOutputKind  # noqa: PLC0415

    from gpu_service.engines.vllm.convert import to_sampling_params  # noqa: PLC0415

    encoder = PromptEncoder(llm.get_tokenizer(), llm.llm_engine.model_config.max_model_len)
    requests = [line.parsed.request for line in lines.values()]
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


def missed(found: dict[str, Any]) -> list[str]:
    """One sentence for each bar that is missed."""
    late = []
    if found["ratio"] < BAR:
        late.append(f"{found['ratio']} of bare vLLM's tokens/s, bar {BAR}")
    if found["failed"]:
        late.append(f"{found['failed']} requests failed")
    return late


def _print(found: dict[str, Any]) -> None:
    print(f"vllm.LLM.generate:           {found['bare_tokens_per_s']:.0f} tokens/s")
    print(f"python -m gpu_service.batch: {found['ours_tokens_per_s']:.0f} tokens/s")
    print(f"ratio {found['ratio']} (bar {BAR}); {found['requests']} templates a round")
    print(f"of the prompts' tokens {found['prefix_cache_hit_rate']:.0%} were in the prefix cache")
    print(f"tokens/s of each round: {found['rounds_tokens_per_s']}")
    print(f"model {found['model']}; {found['rounds']} rounds")
    print(f"{found['machine']}; {found['versions']}")


if __name__ == "__main__":
    sys.exit(run(__doc__, measure=report, show=_print, missed=missed, rounds=3))
