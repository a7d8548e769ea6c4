"""`edgefill quality`: the quality report of a journal, or the one stored with a release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    JOURNAL,
    TEMPLATES,
    BucketOption,
    EndpointOption,
    JournalOption,
    JsonOption,
    RegionOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.releases.report_output import require_writable, write_files
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.packs.layout import report_key
from edgefill.quality.report import QualityReport
from edgefill.quality.report_files import JSON_FILE, PAGE_FILE, build_report_files, make_report
from edgefill.store.objects import ObjectStore
from lambdas.batch.journal import read_attempts


def command(
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="The page, FILE.html; writes FILE.json too. Default: in --state."),
    ] = None,
    release: Annotated[
        str | None, typer.Option(help="The stored report of this release instead.")
    ] = None,
    journal: JournalOption = None,
    templates: TemplatesOption = TEMPLATES,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Write the quality report as a page and as JSON.

    It shows what passed and what did not, and why, what the texts cost, and some of them.
    """
    is_written = out is not None or not as_json
    page = require_writable(out or state / PAGE_FILE) if is_written else None
    if release is not None:
        store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
        files = fetch_report_files(store, release)
        summary = ""
    else:
        report = read_report(journal or state / JOURNAL, templates)
        files = build_report_files(report)
        summary = f"{summarize(report)}\n"
    if page is not None:
        write_files(files, page)
        summary += f"quality report: {page}"
    typer.echo(json.dumps(json.loads(files[JSON_FILE])) if as_json else summary)


def read_report(journal: Path, templates: Path) -> QualityReport:
    """Return the report of a journal; InputRefused if it holds nothing for this catalogue."""
    catalogue = load_catalogue(templates / "catalogue")
    attempts = read_attempts(journal, catalogue.version)
    if any(map(catalogue.has, attempts)):
        return track_report(attempts, catalogue, templates)
    problem = (
        f"was written for another version of the catalogue than the present {catalogue.version}"
        if journal.stat().st_size
        else "is empty"
    )
    raise InputRefused(f"{journal}: {problem}; draft its texts with `edgefill generate`")


def track_report(
    attempts: Mapping[Key, Attempts], catalogue: Catalogue, templates: Path
) -> QualityReport:
    """Return the report of `attempts`, with a progress bar on a terminal."""
    console = Console(stderr=True)
    return make_report(
        attempts,
        catalogue=catalogue,
        templates=templates,
        track=lambda checked: track(
            checked,
            "quality report",
            total=len(attempts),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ),
    )


def fetch_report_files(store: ObjectStore, release: str) -> dict[str, bytes]:
    """Return the files of a release's report; NotStored."""
    return {name: store.get(report_key(release, name)).body for name in (JSON_FILE, PAGE_FILE)}


def summarize(report: QualityReport) -> str:
    """Return the report in one line."""
    total = report.total
    stages = total.stages
    return (
        f"{total.keys} keys: {total.accepted} accepted ({stages['first']} at the first draft, "
        f"{stages['selection']} by selection, {stages['revision']} by revision, "
        f"{stages['person']} by a person), {stages['held']} held, {stages['failed']} failed, "
        f"{stages['open']} not drafted"
    )
