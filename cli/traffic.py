"""`edgefill traffic`: send the traffic mix to the running stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from local.identity import Identity
from local.running import STATE, read_running
from local.rush import SEED, Rush, demo_mix, rush
from local.stack import TEMPLATES


def command(
    *,
    count: Annotated[int, typer.Option("--requests", "-n", min=1, help="How many.")] = 1000,
    seed: Annotated[int, typer.Option(help="Another seed, another mix.")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    templates: Annotated[Path, typer.Option(help="What the stack serves.")] = TEMPLATES,
    state: Annotated[Path, typer.Option(help="Where the run file and keys lie.")] = STATE,
) -> None:
    """Send a Zipf-distributed mix; exit 1 when an answer was a 5xx or a miss did not heal."""
    running = read_running(state)
    mix, identity = demo_mix(templates, seed=seed), Identity(state)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("requests", total=count)
        done = rush(running, identity, mix, count, lambda _: progress.advance(bar))
    if as_json:
        typer.echo(json.dumps(done.to_json()))
    else:
        Console().print(as_table(done))
    raise typer.Exit(1 if done.report.errors or done.unhealed else 0)


def as_table(done: Rush) -> Table:
    """A run for a person."""
    sent, again = done.report, done.to_json()["asked_again"]
    table = Table(title=f"{sent.requests} requests, {sent.requests_per_second:g} a second")
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("hits", f"{sent.hits} ({sent.hit_ratio:.1%})")
    table.add_row("  of them kept by the CDN", str(sent.cached))
    for name in ("misses", "fallbacks", "refused", "errors"):
        table.add_row(name, str(getattr(sent, name)))
    for name, milliseconds in sent.latency_ms.items():
        table.add_row(name, f"{milliseconds:g} ms")
    table.add_row("missed keys that are hits now", f"{again['hits']} of {again['asked']}")
    for key in done.unhealed:
        table.add_row("still no hit", key)
    table.add_row("GPU calls", str(done.gpu_calls))
    return table
