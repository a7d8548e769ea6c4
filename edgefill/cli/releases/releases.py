"""`edgefill releases`: which releases there are, and which are served."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from edgefill.cli.options import (
    DEFAULT_STATE,
    BucketOption,
    EndpointOption,
    RegionOption,
    StateOption,
    find_store,
)
from edgefill.core.errors import InputRefused
from edgefill.release.manifest import Release
from edgefill.release.pointer_store import pointer_is_damaged
from edgefill.release.publish import Listed, releases
from edgefill.store.objects import Objects

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
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List every whole release, newest first."""
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    listed = releases(store)
    damaged = pointer_is_damaged(store)
    if as_json:
        typer.echo(json.dumps({"releases": [to_json(one) for one in listed]}))
    elif listed:
        Console().print(as_table(listed))
    else:
        typer.echo("no releases yet; make one with `edgefill publish`")
    if damaged:
        raise InputRefused(DAMAGED)


def show(store: Objects, served: Release, *, as_json: bool) -> None:
    """What is served now, after a change."""
    listed = next(one for one in releases(store) if one.release.id == served.id)
    if as_json:
        typer.echo(json.dumps(to_json(listed)))
    else:
        typer.echo(f"{served.id}: {state_of(listed)}, {served.templates} templates")


def to_json(listed: Listed) -> dict[str, Any]:
    """A release as a script reads it."""
    release = listed.release
    return {
        "release": release.id,
        "state": listed.state,
        "percent": listed.percent,
        "created": release.created,
        "templates": release.templates,
        "packs": sum(len(locales) for locales in release.experiences.values()),
        "catalogue": release.catalogue,
        "previous": release.previous,
    }


def state_of(listed: Listed) -> str:
    """`current`, `stored`, or `canary 5%`."""
    return f"canary {listed.percent:g}%" if listed.state == "canary" else listed.state


def as_table(listed: tuple[Listed, ...]) -> Table:
    """Releases for a person."""
    table = Table("release", "state", "created", box=None)
    table.add_column("templates", justify="right")
    for one in listed:
        state = "" if one.state == "stored" else state_of(one)
        table.add_row(one.release.id, state, one.release.created, str(one.release.templates))
    return table
