"""`edgefill keys`: list the keys of the catalogue and where their templates are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    BucketOption,
    EndpointOption,
    JsonOption,
    RegionOption,
    StateOption,
    TemplatesOption,
)
from edgefill.core.cases import ANY
from edgefill.core.keys import Key
from edgefill.release.inventory import list_held_keys, list_overlay_keys, list_released_keys
from lambdas.batch.plan import unique_keys

NOWHERE = "nowhere"
# what the next visitor misses
UNSERVED = ("held", NOWHERE)


def command(
    *,
    unwritten: Annotated[
        bool, typer.Option("--unwritten", help="Only those that the next visitor misses.")
    ] = False,
    templates: TemplatesOption = TEMPLATES,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """List all keys and whether their texts are in the release, in the overlay, held or nowhere."""
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    catalogue = load_catalogue(templates / "catalogue")
    keys_by_place = {
        "release": list_released_keys(store),
        "overlay": list_overlay_keys(store),
        "held": list_held_keys(store),
    }
    rows = [build_row(catalogue, key, keys_by_place) for key in unique_keys(catalogue.list_keys())]
    visible = [row for row in rows if row["where"] in UNSERVED or not unwritten]
    if as_json:
        typer.echo(json.dumps({"keys": visible}))
    elif visible:
        typer.echo("\n".join(format_row(row) for row in visible))
    else:
        typer.echo("every key has a template; `edgefill up --top 40` starts with fewer")


def build_row(
    catalogue: Catalogue, key: Key, keys_by_place: Mapping[str, frozenset[Key]]
) -> dict[str, Any]:
    """Return a key, where its text is, its path, and the claims of a visitor who gets it.

    The first place that has the key counts: what is held is not served.
    """
    cases = catalogue.entry(key.experience).experience.cases
    values = cases.split_case(key.case) if cases.dimensions else {}
    places = (place for place, keys in keys_by_place.items() if key in keys)
    return {
        "key": str(key),
        "where": next(places, NOWHERE),
        "path": f"/p/{key.experience}?locale={key.locale}",
        "claims": [f"case.{name}={value}" for name, value in values.items() if value != ANY],
    }


def format_row(row: dict[str, Any]) -> str:
    """Format a row: where the template is, its path, and the claims for `token --claim`."""
    line = f"{row['key']:<36} {row['where']:<8} {row['path']} {' '.join(row['claims'])}"
    return line.rstrip()
