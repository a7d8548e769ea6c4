"""`edgefill misses`: the free questions that no experience answered, and what would."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_store, find_table
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    BucketOption,
    EndpointOption,
    JsonOption,
    RegionOption,
    StateOption,
    TableOption,
    TemplatesOption,
)
from edgefill.cli.questions.accept import accept, is_digest, kept_text, masked
from edgefill.cli.questions.misses_report import findings_to_json, show
from edgefill.core.errors import InputRefused
from edgefill.demand.counts import RETENTION_DAYS, DynamoDemandCounts
from edgefill.demand.questions import DynamoQuestionTexts
from edgefill.demand.table import DemandTable
from edgefill.release.pointer_store import read_pointer
from edgefill.release.routing import ReleaseRouting, routing_of_current_release
from edgefill.router_training.misses.miss_analysis import (
    MissAnalysis,
    analyze_misses,
    require_questions,
)
from edgefill.router_training.misses.misses import MissedQuestion, misses_of


def command(
    *,
    days: Annotated[
        int, typer.Option(min=1, max=RETENTION_DAYS, help="Of demand, today's too.")
    ] = 7,
    most: Annotated[int, typer.Option(min=1, help="Rows of a table.")] = 20,
    accepted: Annotated[
        str | None,
        typer.Option("--accept", help="Make this question an utterance.", metavar="DIGEST|TEXT"),
    ] = None,
    experience: Annotated[
        str | None, typer.Option("--as", help="Of an experience, or out-of-scope; with --accept.")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="The question's; a digest mostly knows its own.")
    ] = None,
    templates: TemplatesOption = TEMPLATES,
    table: TableOption = None,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Show what was asked and not answered by an experience, alike questions together.

    A question is counted until its answer is written: counts are of misses, not of visitors.

    Accept one with --accept DIGEST --as EXPERIENCE; `edgefill publish` trains and releases it.
    """
    catalogue = load_catalogue(templates / "catalogue")
    require_questions(catalogue)
    where = {"endpoint_url": endpoint_url, "region": region}
    if accepted is None:
        if experience or locale:
            raise InputRefused("--as and --locale say what to do with a question: --accept one")
        demand = find_table(table=table, state=state, **where)
        served = None if table and not bucket else _served(bucket, state, where)
        asked = _misses(demand, days)
        doing = "comparing" if served else "training routers to compare with, a minute or so"
        with Console(stderr=True).status(doing):
            findings = analyze_misses(asked, catalogue, served)
        _show(findings, most, as_json=as_json)
        return
    if not experience:
        raise InputRefused("--accept needs --as EXPERIENCE, or --as out-of-scope")
    if is_digest(accepted):
        texts = DynamoQuestionTexts(
            find_table(table=table, state=state, **where), time.time
        ).read_texts()
        text, locale = kept_text(accepted, texts, locale)
    elif locale:
        text = masked(accepted)
    else:
        raise InputRefused("--accept TEXT needs --locale, the language that it is in")
    utterance, path = accept(
        text, catalogue, templates / "catalogue", experience=experience, locale=locale
    )
    if as_json:
        typer.echo(json.dumps({"utterance": utterance, "file": str(path)}))
    else:
        typer.echo(f"{path}: {utterance}\n`edgefill publish` trains and releases it")


def _misses(demand: DemandTable, days: int) -> tuple[MissedQuestion, ...]:
    ranked = DynamoDemandCounts(demand, time.time).list_top(sys.maxsize, days=days)
    return tuple(misses_of(ranked, DynamoQuestionTexts(demand, time.time).read_texts()))


def _served(
    bucket: str | None, state: Path, where: Mapping[str, str | None]
) -> ReleaseRouting | None:
    store = find_store(bucket=bucket, state=state, **where)
    return routing_of_current_release(store, read_pointer(store).pointer)


def _show(findings: MissAnalysis, most: int, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(findings_to_json(findings)))
    elif findings.proposals or findings.untold or findings.declared:
        show(findings, Console(), most)
    else:
        typer.echo("no free question was missed")
