"""`edgefill queue`: the jobs that the worker gave up on; read, replay or delete them."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgefill.cli.connections import find_queue
from edgefill.cli.options import (
    DEFAULT_STATE,
    EndpointOption,
    JsonOption,
    RegionOption,
    StateOption,
)
from edgefill.core.errors import InputRefused
from edgefill.demand.dead_letters import DeadLetter, DeadLetters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

group = typer.Typer(help="Read, replay or delete dead letters.", no_args_is_help=True)

QueueOption = Annotated[
    str | None,
    typer.Option(
        envvar="EDGEFILL_QUEUE_URL",
        help="The URL of the queue of keys; default: the running stack's.",
    ),
]
ExperienceOption = Annotated[
    str | None, typer.Option(help="Only keys of this experience; default: all.")
]


@group.command("dead")
def list_letters(
    *,
    queue_url: QueueOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """List the keys for which every attempt failed; nothing is changed."""
    with open_letters(queue_url, endpoint_url, region, state) as dead:
        letters = dead.collect()
        dead.release(letters)
    if as_json:
        typer.echo(json.dumps({"letters": [_to_json(letter) for letter in letters]}))
    else:
        typer.echo("\n".join(format_letters(letters)))


@group.command("replay")
def replay_letters(
    *,
    experience: ExperienceOption = None,
    queue_url: QueueOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Let the worker try the keys again, once what made them fail is repaired."""
    with open_letters(queue_url, endpoint_url, region, state) as dead:
        letters = dead.collect()
        chosen = [letter for letter in letters if is_of(letter, experience)]
        count = dead.replay(chosen)
        dead.release([each for each in letters if each not in chosen or each.job is None])
    typer.echo(f"{count} of {len(letters)} keys are queued again")


@group.command("drop")
def drop_letters(
    *,
    experience: ExperienceOption = None,
    every: Annotated[bool, typer.Option("--all", help="Delete every letter.")] = False,
    queue_url: QueueOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Delete letters; the next visitor of such a key makes a new job."""
    if every == (experience is not None):
        raise InputRefused("name the letters: --experience ID or --all")
    with open_letters(queue_url, endpoint_url, region, state) as dead:
        letters = dead.collect()
        chosen = [letter for letter in letters if every or is_of(letter, experience)]
        dead.drop(chosen)
        dead.release([letter for letter in letters if letter not in chosen])
    typer.echo(f"{len(chosen)} of {len(letters)} letters are deleted")


@contextmanager
def open_letters(
    queue_url: str | None, endpoint_url: str | None, region: str | None, state: Path
) -> Iterator[DeadLetters]:
    """The dead letters of the queue that the options name; InputRefused."""
    client, url = find_queue(
        queue_url=queue_url, endpoint_url=endpoint_url, region=region, state=state
    )
    with closing(client):
        yield DeadLetters(client, url)


def is_of(letter: DeadLetter, experience: str | None) -> bool:
    """Whether a letter's key belongs to an experience; every letter for None."""
    if experience is None:
        return True
    return letter.job is not None and letter.job.key.startswith(f"{experience}/")


def format_letters(letters: Sequence[DeadLetter]) -> list[str]:
    """The keys, then how many each experience has."""
    if not letters:
        return ["no dead letters"]
    keys = sorted(letter.job.key if letter.job else "not a job" for letter in letters)
    counts = Counter(key.partition("/")[0] for key in keys)
    return [*keys, "", *(f"{count:4}  {name}" for name, count in counts.most_common())]


def _to_json(letter: DeadLetter) -> dict[str, str | None]:
    job = letter.job
    return {"key": job.key if job else None, "version": job.version if job else None}
