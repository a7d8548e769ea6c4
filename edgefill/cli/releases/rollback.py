"""`edgefill rollback`: serve the previous release."""

from __future__ import annotations

from typing import Annotated

import typer

from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    BucketOption,
    EndpointOption,
    JsonOption,
    RegionOption,
    StateOption,
)
from edgefill.cli.releases.releases import show
from edgefill.release.publish import roll_back


def command(
    *,
    to: Annotated[str | None, typer.Option(help="A release; default: the previous one.")] = None,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Undo the last publication: end the canary if one runs, else serve the previous release."""
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    show(store, roll_back(store, to), as_json=as_json)
