"""`edgefill traffic`: send page requests or free questions to the running stack."""

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
from edgefill.local.stack.run_file import read_run_file
from edgefill.local.traffic.load_test import (
    SEED,
    LoadTestResult,
    build_demo_questions,
    build_demo_traffic,
    run_load_test,
    run_question_load_test,
)
from edgefill.local.traffic.report import QuestionReport


def command(
    *,
    count: Annotated[
        int, typer.Option("--requests", "-n", min=1, help="The number of requests.")
    ] = 1000,
    ask: Annotated[
        bool,
        typer.Option("--ask", help="Send free questions: variations of the catalogue's own."),
    ] = False,
    seed: Annotated[
        int, typer.Option(help="The seed; the same seed sends the same requests.")
    ] = SEED,
    as_json: JsonOption = False,
    templates: TemplatesOption = TEMPLATES,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Send requests whose demand follows Zipf's law, and report how they were answered.

    Each key that was a miss is requested again until it is a hit. The exit status is 1 when an
    answer was an error or a missed key is still not a hit.
    """
    run_file, identity = read_run_file(state), DevIdentityProvider(state)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("requests", total=count)
        if ask:
            questions = build_demo_questions(templates, seed=seed)
            report = run_question_load_test(
                run_file, identity, questions, count, lambda _: progress.advance(bar)
            )
        else:
            pages = build_demo_traffic(templates, seed=seed)
            result = run_load_test(
                run_file, identity, pages, count, lambda _: progress.advance(bar)
            )
    if ask:
        _print_result(asdict(report), build_question_table(report), as_json=as_json)
        raise typer.Exit(1 if report.errors else 0)
    _print_result(result.to_json(), build_table(result), as_json=as_json)
    raise typer.Exit(1 if result.report.errors or result.still_missing else 0)


def _print_result(data: dict[str, object], table: Table, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(data))
    else:
        Console().print(table)


def build_question_table(report: QuestionReport) -> Table:
    """A report on questions as a table for the terminal."""
    table = _create_table(report.requests, report.requests_per_second)
    table.add_row("hits", f"{report.hits} ({report.hits / max(report.requests, 1):.1%})")
    table.add_row("  of these routed", str(report.routed))
    share = report.wrong / max(report.routed, 1)
    table.add_row("    of these to the wrong text", f"{report.wrong} ({share:.1%})")
    for name in ("clarified", "misses", "fallbacks", "refused", "errors"):
        table.add_row(name, str(getattr(report, name)))
    for name, milliseconds in report.latency_ms.items():
        table.add_row(name, f"{milliseconds:g} ms")
    table.add_row("GPU calls", str(report.gpu_calls))
    return table


def build_table(result: LoadTestResult) -> Table:
    """A load test's result as a table for the terminal."""
    report, retries = result.report, result.to_json()["asked_again"]
    table = _create_table(report.requests, report.requests_per_second)
    table.add_row("hits", f"{report.hits} ({report.hit_ratio:.1%})")
    table.add_row("  of these cached by the CDN", str(report.cached))
    for name in ("misses", "fallbacks", "refused", "errors"):
        table.add_row(name, str(getattr(report, name)))
    for name, milliseconds in report.latency_ms.items():
        table.add_row(name, f"{milliseconds:g} ms")
    table.add_row("missed keys that are now hits", f"{retries['hits']} of {retries['asked']}")
    for key in result.still_missing:
        table.add_row("still not a hit", key)
    table.add_row("GPU calls", str(result.gpu_calls))
    return table


def _create_table(requests: int, requests_per_second: float) -> Table:
    table = Table(title=f"{requests} requests, {requests_per_second:g} per second")
    table.add_column("")
    table.add_column("", justify="right")
    return table
