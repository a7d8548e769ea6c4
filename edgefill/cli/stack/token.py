"""`edgefill token`: mint a development profile token."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from edgefill.cli.options import DEFAULT_STATE, StateOption
from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import (
    DevIdentityProvider,
    DevVisitor,
    SigningAlgorithm,
    read_profile,
)

MAX_TTL_S = 10 * 365 * 86_400


def command(
    *,
    profile: Annotated[
        Path | None,
        typer.Option(
            help='A JSON file that describes the visitor: {"sub", "locale", "case", "slots"}.'
        ),
    ] = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            help="A claim: sub=ada, locale=de, case.tier=gold or slots.name=Ada. Repeatable."
        ),
    ] = None,
    alg: Annotated[SigningAlgorithm, typer.Option(help="The signing algorithm.")] = "RS256",
    ttl: Annotated[float, typer.Option(help="Seconds until the token expires.")] = 3600,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Mint a profile token that the running stack accepts; for this machine only."""
    if not abs(ttl) <= MAX_TTL_S:
        raise InputRefused(f"--ttl {ttl}: write a number of seconds, at most {MAX_TTL_S}")
    visitor = read_profile(profile) if profile else DevVisitor(subject="visitor")
    for text in claim or []:
        visitor = add_claim(visitor, text)
    typer.echo(DevIdentityProvider(state).mint_token(visitor, now=time.time(), ttl=ttl, alg=alg))


def add_claim(visitor: DevVisitor, text: str) -> DevVisitor:
    """`visitor` with one claim `name=value`; InputRefused.

    The value of a slot is parsed as JSON when it is JSON; any other value is a string.
    """
    name, equals, value = text.partition("=")
    group, _, member = name.partition(".")
    if not equals or group not in ("sub", "locale", "case", "slots"):
        raise InputRefused(
            f"--claim {text!r}: write sub=.., locale=.., case.<dimension>=.. or slots.<slot>=.."
        )
    fields: dict[str, Any] = {
        "subject": visitor.subject,
        "locale": visitor.locale,
        "case": dict(visitor.case),
        "slots": dict(visitor.slots),
    }
    if group == "slots":
        fields["slots"][member] = _parse_value(value)
    elif group == "case":
        fields["case"][member] = value
    else:
        fields["subject" if group == "sub" else "locale"] = value
    return DevVisitor(**fields)


def _parse_value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
