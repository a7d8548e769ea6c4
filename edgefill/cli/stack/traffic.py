"""`edgefill traffic`: send the traffic mix, or free questions, to the running stack."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    JsonOption,
    StateOption,
    TemplatesOption,
)
from edgefill.local.services.identity import DevIdentityProvider
from edgefill.local.stack.run_file import (
    read_run_file,
)
from edgefill.local.traffic.load_test import (
    SEED,
    LoadTestResult,
    build_demo_questions,
    build_demo_traffic,
    run_load_test,
    run_question_load_test,
)
from edgefill.local.traffic.question_report import QuestionReport


def command(
    *,
    count: Annotated[int, typer.Option("--requests", "-n", min=1, help="How many.")] = 1000,
    ask: Annotated[
        bool, typer.Option("--ask", help="Free questions: the catalogue's, said otherwise.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed, another mix.")] = SEED,
    as_json: JsonOption = False,
    templates: TemplatesOption = TEMPLATES,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Send a Zipf-distributed mix; exit 1 when an answer was a 5xx or a miss did not heal."""
    running, identity = read_run_file(state), DevIdentityProvider(state)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("requests", total=count)
        if ask:
            mix = build_demo_questions(templates, seed=seed)
            asked = run_question_load_test(
                running, identity, mix, count, lambda _: progress.advance(bar)
            )
        else:
            keys = build_demo_traffic(templates, seed=seed)
            done = run_load_test(running, identity, keys, count, lambda _: progress.advance(bar))
    if ask:
        _say(asdict(asked), questions_table(asked), as_json=as_json)
        raise typer.Exit(1 if asked.errors else 0)
    _say(done.to_json(), as_table(done), as_json=as_json)
    raise typer.Exit(1 if done.report.errors or done.still_missing else 0)


def _say(said: dict[str, object], table: Table, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(said))
    else:
        Console().print(table)


def questions_table(done: QuestionReport) -> Table:
    """A run of questions for a person."""
    table = _titled(done.requests, done.requests_per_second)
    table.add_row("hits", f"{done.hits} ({done.hits / max(done.requests, 1):.1%})")
    table.add_row("  of them routed", str(done.routed))
    share = done.wrong / max(done.routed, 1)
    table.add_row("    of them to the wrong text", f"{done.wrong} ({share:.1%})")
    for name in ("clarified", "misses", "fallbacks", "refused", "errors"):
        table.add_row(name, str(getattr(done, name)))
    for name, milliseconds in done.latency_ms.items():
        table.add_row(name, f"{milliseconds:g} ms")
    table.add_row("GPU calls", str(done.gpu_calls))
    return table


def as_table(done: LoadTestResult) -> Table:
    """A run for a person."""
    sent, again = done.report, done.to_json()["asked_again"]
    table = _titled(sent.requests, sent.requests_per_second)
    table.add_row("hits", f"{sent.hits} ({sent.hit_ratio:.1%})")
    table.add_row("  of them kept by the CDN", str(sent.cached))
    for name in ("misses", "fallbacks", "refused", "errors"):
        table.add_row(name, str(getattr(sent, name)))
    for name, milliseconds in sent.latency_ms.items():
        table.add_row(name, f"{milliseconds:g} ms")
    table.add_row("missed keys that are hits now", f"{again['hits']} of {again['asked']}")
    for key in done.still_missing:
        table.add_row("still no hit", key)
    table.add_row("GPU calls", str(done.gpu_calls))
    return table


def _titled(requests: int, requests_per_second: float) -> Table:
    table = Table(title=f"{requests} requests, {requests_per_second:g} a second")
    table.add_column("")
    table.add_column("", justify="right")
    return table
