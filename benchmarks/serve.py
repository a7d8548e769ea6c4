"""Our service against vLLM's own server: one model, one load, one run; by `vllm bench serve`.

    .venv-vllm/bin/python -m benchmarks.serve [--json] [--check] [--rounds N]

Both servers stand at once with the same arguments of vLLM's (benchmarks/servers.py); the model and
the settings are those of `EDGEFILL_GPU_*`, the tiny model unless it is named. In each round vLLM's
benchmark sends both the same chats, one server after the other, each in turn first: 64 in flight,
streamed, 128 random tokens each in and 64 out. Every round has prompts of its own; the first is
not counted. Figures are medians of the rounds, ratios are medians of the rounds' own ratios, so
that what else the machine does meanwhile falls on both. `cpu` is the computing time of the
process that speaks HTTP.
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
from benchmarks.machine import machine, versions, vllm_package
from benchmarks.servers import Server, ours, settings_here, theirs
from gpu_service.settings import GpuServiceSettings

IN_FLIGHT, REQUESTS, INPUT, OUTPUT = 64, 256, 128, 64
BARS = {"throughput": 0.95, "first_token": 1.1}  # ours over vLLM's: at least, at most
FIGURES = {
    "tokens_per_s": "output_throughput",
    "first_token_ms": "median_ttft_ms",
    "each_token_ms": "median_tpot_ms",
}
Round = dict[str, float]


def report(rounds: int) -> dict[str, Any]:
    """Medians for each server, the ratios, and where and with what they were measured."""
    settings = settings_here()
    with ours(settings) as one, theirs(settings) as other:
        found: dict[str, list[Round]] = {one.name: [], other.name: []}
        for number in range(rounds + 1):
            print(f"round {number} of {rounds}", file=sys.stderr)
            for server in (one, other) if number % 2 else (other, one):
                measured = _measure(server, settings, seed=number)
                if number:
                    found[server.name].append(measured)
    pairs = list(zip(*found.values(), strict=True))
    ratios = {
        "throughput": statistics.median(a["tokens_per_s"] / b["tokens_per_s"] for a, b in pairs),
        "first_token": statistics.median(
            a["first_token_ms"] / b["first_token_ms"] for a, b in pairs
        ),
    }
    return {
        "servers": {name: _medians(measured) for name, measured in found.items()},
        "rounds_tokens_per_s": {
            name: [round(one["tokens_per_s"]) for one in measured]
            for name, measured in found.items()
        },
        "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "bars": BARS,
        "load": {"in_flight": IN_FLIGHT, "requests": REQUESTS, "input": INPUT, "output": OUTPUT},
        "model": settings.name,
        "rounds": rounds,
        "machine": machine(),
        "versions": versions(vllm_package(), "torch", "uvicorn", "uvloop"),
    }


def _medians(measured: list[Round]) -> Round:
    return {
        name: round(statistics.median(one[name] for one in measured), 2) for name in measured[0]
    }


def _measure(server: Server, settings: GpuServiceSettings, *, seed: int) -> Round:
    before = server.cpu_s()
    said = _bench(server.url, settings, seed)
    cpu_s = server.cpu_s() - before
    return {
        **{name: said[theirs] for name, theirs in FIGURES.items()},
        "failed": said["failed"],
        "tokens": said["total_output_tokens"],
        "cpu_ms_per_1000_tokens": 1e6 * cpu_s / max(said["total_output_tokens"], 1),
    }


def _bench(url: str, settings: GpuServiceSettings, seed: int) -> dict[str, Any]:
    """What `vllm bench serve` finds; its command needs metadata that the CPU build has not."""
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
        found: dict[str, Any] = asyncio.run(
            main_async(parser.parse_args([*words, "--disable-tqdm"]))
        )
    return found


def missed(found: dict[str, Any]) -> list[str]:
    """One sentence for each bar that is missed."""
    ratios, late = found["ratios"], []
    if ratios["throughput"] < BARS["throughput"]:
        late.append(f"throughput is {ratios['throughput']} of vLLM's, bar {BARS['throughput']}")
    if ratios["first_token"] > BARS["first_token"]:
        late.append(f"first token at {ratios['first_token']} of vLLM's, bar {BARS['first_token']}")
    late += [
        f"{name}: {server['failed']:.0f} requests failed"
        for name, server in found["servers"].items()
        if server["failed"]
    ]
    if len({server["tokens"] for server in found["servers"].values()}) > 1:
        late.append("the servers wrote different numbers of tokens")
    return late


def _print(found: dict[str, Any]) -> None:
    load, servers = found["load"], found["servers"]
    print("medians".ljust(28) + "".join(name.rjust(12) for name in servers))
    for figure in (*FIGURES, "cpu_ms_per_1000_tokens"):
        row = (f"{server[figure]:.1f}".rjust(12) for server in servers.values())
        print(figure.ljust(28) + "".join(row))
    print(f"throughput {found['ratios']['throughput']} of vLLM's (bar {BARS['throughput']}),"
          f" first token {found['ratios']['first_token']} (bar {BARS['first_token']})")  # fmt: skip
    print(f"tokens/s of each round: {found['rounds_tokens_per_s']}")
    print(f"{load}; model {found['model']}; {found['rounds']} rounds")
    print(f"{found['machine']}; {found['versions']}")


if __name__ == "__main__":
    sys.exit(run(__doc__, measure=report, show=_print, missed=missed, rounds=7))
