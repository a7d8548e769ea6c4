"""`edgefill token`: mint a development profile token."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from edgefill.cli.options import (
    DEFAULT_STATE,
    StateOption,
)
from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import (
    DevIdentityProvider,
    DevVisitor,
    SigningAlgorithm,
    read_profile,
)

LONGEST = 10 * 365 * 86_400  # seconds


def command(
    *,
    profile: Annotated[
        Path | None, typer.Option(help='A visitor as JSON: {"sub", "locale", "case", "slots"}.')
    ] = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(help="A claim, e.g. sub=ada, locale=de, case.tier=gold, slots.name=Ada."),
    ] = None,
    alg: Annotated[SigningAlgorithm, typer.Option(help="How it is signed.")] = "RS256",
    ttl: Annotated[float, typer.Option(help="Seconds until the token expires.")] = 3600,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Mint a profile token that the running stack believes, for this machine alone."""
    if not abs(ttl) <= LONGEST:
        raise InputRefused(f"--ttl {ttl}: write seconds, at most {LONGEST} of them")
    given = read_profile(profile) if profile else DevVisitor(subject="visitor")
    for text in claim or []:
        given = with_claim(given, text)
    typer.echo(DevIdentityProvider(state).mint_token(given, now=time.time(), ttl=ttl, alg=alg))


def with_claim(profile: DevVisitor, text: str) -> DevVisitor:
    """`profile` with one `name=value`; InputRefused. A value that is JSON is read as JSON."""
    name, equals, written = text.partition("=")
    part, _, slot = name.partition(".")
    if not equals or part not in ("sub", "locale", "case", "slots"):
        raise InputRefused(
            f"--claim {text!r}: write sub=.., locale=.., case.<dimension>=.. or slots.<slot>=.."
        )
    fields: dict[str, Any] = {
        "subject": profile.subject,
        "locale": profile.locale,
        "case": dict(profile.case),
        "slots": dict(profile.slots),
    }
    if part == "slots":
        fields["slots"][slot] = _value(written)
    elif part == "case":
        fields["case"][slot] = written
    else:
        fields["subject" if part == "sub" else "locale"] = written
    return DevVisitor(**fields)


def _value(written: str) -> Any:
    try:
        return json.loads(written)
    except ValueError:
        return written
