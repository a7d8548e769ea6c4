"""`edgefill releases`: list the releases and which of them are served."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    BucketOption,
    EndpointOption,
    JsonOption,
    RegionOption,
    StateOption,
)
from edgefill.core.errors import InputRefused
from edgefill.packs.layout import report_key
from edgefill.quality.report_files import PAGE_FILE
from edgefill.release.manifest import Release
from edgefill.release.pointer_store import is_pointer_damaged
from edgefill.release.publish import ReleaseStatus, list_releases
from edgefill.store.objects import ObjectStore

DAMAGED = (
    "the pointer is damaged, so new edges find no release; serve one again with "
    "`edgefill rollback --to RELEASE`"
)


def command(
    *,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """List every complete release, newest first."""
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    statuses = list_releases(store)
    is_damaged = is_pointer_damaged(store)
    if as_json:
        typer.echo(json.dumps({"releases": [to_json(one) for one in statuses]}))
    elif statuses:
        Console().print(build_table(statuses))
    else:
        typer.echo("no releases yet; make one with `edgefill publish`")
    if is_damaged:
        raise InputRefused(DAMAGED)


def show(
    store: ObjectStore, release: Release, *, as_json: bool, warnings: Sequence[str] = ()
) -> None:
    """Print the release that is served after a change, and the `warnings` about it on stderr."""
    status = next(one for one in list_releases(store) if one.release.id == release.id)
    if as_json:
        typer.echo(json.dumps(to_json(status) | {"warnings": list(warnings)}))
    else:
        typer.echo(f"{release.id}: {describe_state(status)}, {release.templates} templates")
    for warning in warnings:
        typer.echo(f"warning: {warning}", err=True)


def to_json(status: ReleaseStatus) -> dict[str, Any]:
    """Return a release as a JSON object for scripts."""
    release = status.release
    return {
        "release": release.id,
        "state": status.state,
        "percent": status.percent,
        "created": release.created,
        "templates": release.templates,
        "packs": sum(len(locales) for locales in release.experiences.values()),
        "catalogue": release.catalogue,
        "previous": release.previous,
        "quality": find_report(release),
    }


def find_report(release: Release) -> str | None:
    """Return the key of the release's quality report, None for a release without one."""
    key = report_key(release.id, PAGE_FILE)
    return key if key in release.parts else None


def describe_state(status: ReleaseStatus) -> str:
    """Return `current`, `stored` or `canary 5%`."""
    return f"canary {status.percent:g}%" if status.state == "canary" else status.state


def build_table(statuses: tuple[ReleaseStatus, ...]) -> Table:
    """Return the releases as a table for people."""
    table = Table(box=None)
    table.add_column("release", no_wrap=True)
    table.add_column("state")
    table.add_column("created")
    table.add_column("templates", justify="right")
    table.add_column("report")
    for one in statuses:
        state = "" if one.state == "stored" else describe_state(one)
        report = "stored" if find_report(one.release) else ""
        table.add_row(
            one.release.id, state, one.release.created, str(one.release.templates), report
        )
    return table
