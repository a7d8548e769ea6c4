"""Compare our service with vLLM's own server, on one model and one load, by `vllm bench serve`.

    .venv-vllm/bin/python -m benchmarks.serve [--json] [--check] [--rounds N]

Both servers run at the same time, with the same vLLM arguments (benchmarks/servers.py).
`EDGEFILL_GPU_*` name the model and the settings; the default is the tiny model. In each round
vLLM's benchmark sends the same chats to one server after the other, and the order alternates: 64
requests at a time, streamed, each with 128 random tokens in and 64 tokens out. Every round has its
own prompts, and the first round is not counted. Figures are medians of the rounds, and ratios are
medians of the rounds' ratios, so that other work of the machine affects both servers. `cpu` is the
CPU time of the process that speaks HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import statistics
import sys
from typing import Any

from benchmarks.command import run
from benchmarks.machine import describe_machine, find_vllm_package, list_versions
from benchmarks.servers import BenchmarkServer, read_vllm_settings, run_our_server, run_vllm_server
from gpu_service.settings import GpuServiceSettings

IN_FLIGHT, REQUESTS, INPUT, OUTPUT = 64, 256, 128, 64
BARS = {"throughput": 0.95, "first_token": 1.1}  # ours divided by vLLM's: at least, at most
FIGURES = {
    "tokens_per_s": "output_throughput",
    "first_token_ms": "median_ttft_ms",
    "each_token_ms": "median_tpot_ms",
}
Round = dict[str, float]


def measure(rounds: int) -> dict[str, Any]:
    """Medians for each server, the ratios, the machine and the versions."""
    settings = read_vllm_settings()
    with run_our_server(settings) as one, run_vllm_server(settings) as other:
        rounds_by_server: dict[str, list[Round]] = {one.name: [], other.name: []}
        for number in range(rounds + 1):
            print(f"round {number} of {rounds}", file=sys.stderr)
            for server in (one, other) if number % 2 else (other, one):
                result = _measure_server(server, settings, seed=number)
                if number:
                    rounds_by_server[server.name].append(result)
    pairs = list(zip(*rounds_by_server.values(), strict=True))
    ratios = {
        "throughput": statistics.median(a["tokens_per_s"] / b["tokens_per_s"] for a, b in pairs),
        "first_token": statistics.median(
            a["first_token_ms"] / b["first_token_ms"] for a, b in pairs
        ),
    }
    return {
        "servers": {
            name: _compute_medians(measured) for name, measured in rounds_by_server.items()
        },
        "rounds_tokens_per_s": {
            name: [round(one["tokens_per_s"]) for one in measured]
            for name, measured in rounds_by_server.items()
        },
        "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "bars": BARS,
        "load": {"in_flight": IN_FLIGHT, "requests": REQUESTS, "input": INPUT, "output": OUTPUT},
        "model": settings.name,
        "rounds": rounds,
        "machine": describe_machine(),
        "versions": list_versions(find_vllm_package(), "torch", "uvicorn", "uvloop"),
    }


def _compute_medians(measured: list[Round]) -> Round:
    return {
        name: round(statistics.median(one[name] for one in measured), 2) for name in measured[0]
    }


def _measure_server(server: BenchmarkServer, settings: GpuServiceSettings, *, seed: int) -> Round:
    before = server.read_cpu_s()
    result = _run_vllm_bench(server.url, settings, seed)
    cpu_s = server.read_cpu_s() - before
    return {
        **{name: result[field] for name, field in FIGURES.items()},
        "failed": result["failed"],
        "tokens": result["total_output_tokens"],
        "cpu_ms_per_1000_tokens": 1e6 * cpu_s / max(result["total_output_tokens"], 1),
    }


def _run_vllm_bench(url: str, settings: GpuServiceSettings, seed: int) -> dict[str, Any]:
    """The result of `vllm bench serve`, whose command needs metadata that the CPU build lacks."""
    from vllm.benchmarks.serve import add_cli_args, main_async  # noqa: PLC0415 slow to import

    parser = argparse.ArgumentParser()
    add_cli_args(parser)
    options = {
        "--backend": "openai-chat", "--endpoint": "/v1/chat/completions", "--base-url": url,
        "--model": settings.name, "--tokenizer": settings.model, "--dataset-name": "random",
        "--random-input-len": INPUT, "--random-output-len": OUTPUT, "--num-prompts": REQUESTS,
        "--max-concurrency": IN_FLIGHT, "--temperature": 0, "--seed": seed,
    }  # fmt: skip
    words = [str(word) for option in options.items() for word in option]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        result: dict[str, Any] = asyncio.run(
            main_async(parser.parse_args([*words, "--disable-tqdm"]))
        )
    return result


def find_missed_bars(report: dict[str, Any]) -> list[str]:
    """One sentence per missed bar."""
    ratios, sentences = report["ratios"], []
    if ratios["throughput"] < BARS["throughput"]:
        sentences.append(
            f"throughput is {ratios['throughput']} of vLLM's, bar {BARS['throughput']}"
        )
    if ratios["first_token"] > BARS["first_token"]:
        sentences.append(
            f"first token at {ratios['first_token']} of vLLM's, bar {BARS['first_token']}"
        )
    sentences += [
        f"{name}: {server['failed']:.0f} requests failed"
        for name, server in report["servers"].items()
        if server["failed"]
    ]
    if len({server["tokens"] for server in report["servers"].values()}) > 1:
        sentences.append("the servers wrote different numbers of tokens")
    return sentences


def _print(report: dict[str, Any]) -> None:
    load, servers = report["load"], report["servers"]
    print("medians".ljust(28) + "".join(name.rjust(12) for name in servers))
    for figure in (*FIGURES, "cpu_ms_per_1000_tokens"):
        row = (f"{server[figure]:.1f}".rjust(12) for server in servers.values())
        print(figure.ljust(28) + "".join(row))
    ratios = report["ratios"]
    print(f"throughput {ratios['throughput']} of vLLM's (bar {BARS['throughput']}),"
          f" first token {ratios['first_token']} (bar {BARS['first_token']})")  # fmt: skip
    print(f"tokens/s of each round: {report['rounds_tokens_per_s']}")
    print(f"{load}; model {report['model']}; {report['rounds']} rounds")
    print(f"{report['machine']}; {report['versions']}")


if __name__ == "__main__":
    sys.exit(
        run(__doc__, measure=measure, print_figures=_print, list_misses=find_missed_bars, rounds=7)
    )
