"""`edgefill router deny`: take a wrong hit out at once, without a release."""

from __future__ import annotations

import json
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
from edgefill.core.errors import InputRefused
from edgefill.release.denials import allow, deny, read_denials
from edgefill.release.pointer_store import read_current_pointer
from edgefill.routing.denials import EVERYTHING
from edgefill.routing.question import read_question
from edgefill.store.objects import ObjectStore


def command(
    question: Annotated[
        str | None, typer.Argument(help="As it was asked; without one, the list.", metavar="TEXT")
    ] = None,
    *,
    experience: Annotated[
        str | None, typer.Option(help="Where it must not lead; else it leads to none.")
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take it back; without --experience, all of them.")
    ] = False,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Deny that a question leads to an experience; every edge knows within seconds.

    A model's own answer is taken out by --experience with the one that answers free questions:
    its hand-written text takes the answer's place.

    The question itself is not stored, only the digest of its masked words.
    """
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    if question is None:
        if experience or undo:
            raise InputRefused("no question; write it after the command, in quotes")
        denied = read_denials(store)
    else:
        digest = read_question(question).digest
        if undo:
            denied = allow(store, digest, experience)
        else:
            denied = deny(store, digest, _known(store, experience))
    rows = {digest: sorted(experiences) for digest, experiences in sorted(denied.items())}
    typer.echo(json.dumps({"denied": rows}) if as_json else _lines(rows))


def _known(store: ObjectStore, experience: str | None) -> str:
    """An experience that is served; InputRefused."""
    if experience is None:
        return EVERYTHING
    pointer, _ = read_current_pointer(store)
    if experience not in pointer.current.experiences:
        known = ", ".join(sorted(pointer.current.experiences))
        raise InputRefused(f"--experience {experience}: the served release has {known}")
    return experience


def _lines(rows: dict[str, list[str]]) -> str:
    if not rows:
        return "nothing is denied"
    return "\n".join(f"{digest}  not {', '.join(denied)}" for digest, denied in rows.items())
