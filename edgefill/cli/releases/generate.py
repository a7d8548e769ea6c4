"""`edgefill generate`: draft templates ahead of time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import httpx
import stamina
import typer
from rich.console import Console

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_gpu_url
from edgefill.cli.options import (
    DEFAULT_STATE,
    JOURNAL,
    TEMPLATES,
    GpuOption,
    JournalOption,
    JsonOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.printing import print_json, print_text
from edgefill.cli.releases.drafting_bar import DraftingBar
from edgefill.cli.releases.quality import track_report
from edgefill.cli.releases.report_output import require_writable, write_files
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.batch_drafter import CANDIDATES, BatchDrafter, make_batch_drafter
from edgefill.drafting.writers.http import HttpGenerator
from edgefill.quality.report_files import PAGE_FILE, build_report_files
from edgefill.roles.connect import connect_roles
from lambdas.batch.drafting_run import run_drafting
from lambdas.batch.journal import Journal, open_journal
from lambdas.batch.plan import rank_by_demand, read_demand, take_with_sources, unique_keys
from lambdas.batch.report import DraftingReport, report_to_json, report_to_text


def command(
    *,
    top: Annotated[int | None, typer.Option(min=1, help="Only the N most demanded keys.")] = None,
    demand: Annotated[
        Path | None, typer.Option(help="The demand per key: key,count in CSV or JSON.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Orders at the same time.")] = 8,
    attempts: Annotated[
        int | None,
        typer.Option(
            "--tries",
            min=1,
            help="Attempts per key in this run, at least --candidates; default: the drafter's "
            "budget in roles.yaml.",
        ),
    ] = None,
    candidates: Annotated[
        int,
        typer.Option(
            min=1, max=64, help="Texts per key that are judged; the likeliest is published."
        ),
    ] = CANDIDATES,
    deadline: Annotated[
        float | None,
        typer.Option(min=1, help="Seconds per attempt; default: the drafter's budget."),
    ] = None,
    report_file: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="The quality report's page, FILE.html; writes FILE.json too. Default: in --state.",
        ),
    ] = None,
    journal: JournalOption = None,
    templates: TemplatesOption = TEMPLATES,
    gpu_url: GpuOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Draft and judge the catalogue's templates; the steps of an earlier run are reused.

    It can be interrupted at any time: the next run continues. Exit 1 when a key has no text that
    the judge passed.
    """
    # The default hook would print between our own lines.
    stamina.instrumentation.set_on_retry_hooks([])
    catalogue = load_catalogue(templates / "catalogue")
    keys = plan_keys(catalogue, demand, top)
    page = require_writable(report_file or state / PAGE_FILE)
    with (
        open_journal(journal or state / JOURNAL, catalogue.version) as open_drafts,
        httpx.Client(limits=httpx.Limits(max_connections=concurrency)) as client,
    ):
        url = find_gpu_url(gpu_url=gpu_url, state=state)
        connected = connect_roles(
            templates,
            catalogue=catalogue,
            generator=HttpGenerator(client, url),
            client=client,
            service_url=url,
            environment=os.environ,
            lane="batch",
        )
        drafter = make_batch_drafter(
            catalogue=catalogue,
            prompts=connected.prompts,
            roles=connected.roles,
            max_attempts=attempts or connected.budget.attempts,
            candidates=candidates,
            deadline_s=deadline or connected.budget.seconds,
        )
        report = run_with_progress(keys, drafter, open_drafts, concurrency)
        quality = track_report(open_drafts.attempts, catalogue, templates)
    if as_json:
        print_json(report_to_json(report))
    else:
        print_text(report_to_text(report))
    write_files(build_report_files(quality), page)
    typer.echo(f"quality report: {page}", err=True)
    raise typer.Exit(0 if report.complete else 1)


def run_with_progress(
    keys: tuple[Key, ...], drafter: BatchDrafter, journal: Journal, concurrency: int
) -> DraftingReport:
    """Run the drafting with a progress bar."""
    with DraftingBar(Console(stderr=True)) as bar:
        return run_drafting(
            keys, drafter=drafter, journal=journal, concurrency=concurrency, progress=bar
        )


def plan_keys(catalogue: Catalogue, demand: Path | None, top: int | None) -> tuple[Key, ...]:
    """Return every key, or the `top` keys of the `demand` file and their sources; InputRefused."""
    keys = unique_keys(catalogue.list_keys())
    if demand is not None:
        ranked = rank_by_demand(read_demand(demand, set(keys)))
        return take_with_sources(catalogue, ranked, top)
    if top is not None:
        raise InputRefused("--top needs the demand per key; add --demand FILE")
    return keys
