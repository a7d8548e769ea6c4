"""`edgefill fit`: on which GPUs a model fits, and how many of them it needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from edgefill.cli.options import JsonOption
from edgefill.operations.sizing.fit import DEFAULT_CONCURRENCY, FitReport, GpuFit, fit_model
from edgefill.operations.sizing.memory import UTILIZATION, compute_kv_token_bytes

GIB = 2**30


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="MODEL_FOLDER", help="A Hugging Face model folder.")
    ],
    *,
    context: Annotated[
        int | None,
        typer.Option(min=1, help="Tokens of one request; default: 8192 or the model's maximum."),
    ] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, help="Requests in flight, each at full length.")
    ] = DEFAULT_CONCURRENCY,
    as_json: JsonOption = False,
) -> None:
    """Print parameters, weights, KV cache and overhead of a model, and the GPUs that hold it.

    The folder needs only config.json; sizes come from the safetensors files when they are there.
    """
    report = fit_model(folder, context=context, concurrency=concurrency)
    if as_json:
        typer.echo(json.dumps(to_json(report)))
        return
    console = Console()
    for line in format_summary(report):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(build_table(report))
    for line in format_reasons(report):
        console.print(line, highlight=False, soft_wrap=True)


def to_json(report: FitReport) -> dict[str, Any]:
    """The report as JSON data; sizes in bytes."""
    config = report.config
    return {
        "architecture": config.architecture,
        "precision": config.precision,
        "dtype": config.dtype,
        "parameters": report.size.parameters,
        "weight_bytes": report.size.weight_bytes,
        "bits_per_weight": round(report.size.bits_per_weight, 3),
        "source": report.size.source,
        "context": report.context,
        "concurrency": report.concurrency,
        "kv_bytes_per_token": compute_kv_token_bytes(config),
        "gpus": [_fit_to_json(fit) for fit in report.fits],
    }


def _fit_to_json(fit: GpuFit) -> dict[str, Any]:
    row: dict[str, Any] = {
        "gpu": fit.gpu.name,
        "memory_gb": fit.gpu.class_gb,
        "count": fit.count,
        "instance": fit.instance,
        "reason": fit.reason,
    }
    if fit.demand:
        row["per_gpu"] = {
            "weight_bytes": fit.demand.weight_bytes,
            "kv_bytes": fit.demand.kv_bytes,
            "overhead_bytes": fit.demand.overhead_bytes,
        }
    return row


def format_summary(report: FitReport) -> list[str]:
    """The lines above the table."""
    config, size = report.config, report.size
    token_kib = compute_kv_token_bytes(config) / 1024
    kv_gib = compute_kv_token_bytes(config) * report.context * report.concurrency / GIB
    return [
        f"{config.architecture}, {config.precision}: {size.parameters:,} parameters, "
        f"{size.bits_per_weight:.2f} bits per weight",
        f"weights   {size.weight_bytes / GIB:.2f} GiB (from {size.source})",
        f"KV cache  {kv_gib:.2f} GiB: {report.concurrency} requests of {report.context} tokens, "
        f"{token_kib:g} KiB each token",
        f"A GPU holds its share if the three sizes fit into {UTILIZATION:.0%} of it (vLLM): "
        "the overhead is an estimate.",
    ]


def format_reasons(report: FitReport) -> list[str]:
    """A line for each reason, with the GPUs that it concerns."""
    reasons: dict[str, list[str]] = {}
    for fit in report.fits:
        if fit.reason:
            reasons.setdefault(fit.reason, []).append(fit.gpu.name)
    return [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]


def build_table(report: FitReport) -> Table:
    """One row for each GPU type, sizes in GiB for one GPU."""
    table = Table(box=None)
    table.add_column("GPU", no_wrap=True)
    for name in ("GB", "GPUs", "weights", "KV", "overhead"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("AWS", no_wrap=True)
    for fit in report.fits:
        sizes = fit.demand and (
            fit.demand.weight_bytes,
            fit.demand.kv_bytes,
            fit.demand.overhead_bytes,
        )
        table.add_row(
            fit.gpu.name,
            str(fit.gpu.class_gb),
            str(fit.count or "-"),
            *(f"{size / GIB:.1f}" for size in sizes or ()),
            *([] if sizes else ["", "", ""]),
            fit.instance or "",
        )
    return table
