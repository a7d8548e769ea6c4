"""`edgefill router deny`: stop a wrong hit immediately, without a release."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from edgefill.cli.connections import find_question_key, find_store
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
from edgefill.routing.question import key_digest, read_question
from edgefill.store.objects import ObjectStore


def deny_question(
    question: Annotated[
        str | None,
        typer.Argument(help="The question; without it, list denials.", metavar="TEXT"),
    ] = None,
    *,
    experience: Annotated[
        str | None, typer.Option(help="The experience it must not lead to; default: any.")
    ] = None,
    undo: Annotated[
        bool,
        typer.Option("--undo", help="Remove its denials, or only --experience's."),
    ] = False,
    question_key: Annotated[
        str | None,
        typer.Option(
            envvar="EDGEFILL_QUESTION_KEY",
            help="The deployment's question key, with --bucket; default: the running stack's.",
        ),
    ] = None,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Stop a question from leading to an experience; effective at every edge within seconds.

    To stop an answer that a model wrote, give --experience the one that answers free questions:
    its fallback text replaces the answer.

    Only a digest of the question's masked words is stored, never its text, and only a holder of
    the question key can tell whether it is that of a guessed question.
    """
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    if question is None:
        if experience or undo:
            raise InputRefused("no question; give it in quotes after the command")
        denials = read_denials(store)
    else:
        key = find_question_key(question_key=question_key, bucket=bucket, state=state)
        digest = key_digest(key, read_question(question).digest)
        if undo:
            denials = allow(store, digest, experience)
        else:
            denials = deny(store, digest, _require_published(store, experience))
    rows = {digest: sorted(experiences) for digest, experiences in sorted(denials.items())}
    typer.echo(json.dumps({"denied": rows}) if as_json else _format_denials(rows))


def _require_published(store: ObjectStore, experience: str | None) -> str:
    """The experience, or EVERYTHING for None; InputRefused if no release serves it."""
    if experience is None:
        return EVERYTHING
    pointer, _ = read_current_pointer(store)
    if experience not in pointer.current.experiences:
        published = ", ".join(sorted(pointer.current.experiences))
        raise InputRefused(f"--experience {experience}: the current release has only {published}")
    return experience


def _format_denials(rows: dict[str, list[str]]) -> str:
    if not rows:
        return "nothing is denied"
    return "\n".join(f"{digest}  not {', '.join(denied)}" for digest, denied in rows.items())
