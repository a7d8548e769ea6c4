"""`edgefill misses`: show the questions that no experience answered, and accept them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgefill.catalogue.catalogue import Catalogue
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
from edgefill.cli.questions.accept import accept_question, resolve_question
from edgefill.cli.questions.misses_report import print_analysis, serialize_analysis
from edgefill.core.errors import InputRefused
from edgefill.demand.counts import RETENTION_DAYS, DynamoDemandCounts
from edgefill.demand.questions import DynamoQuestionTexts
from edgefill.demand.table import DemandTable
from edgefill.release.pointer_store import read_pointer
from edgefill.release.routing import ReleaseRouting, routing_of_current_release
from edgefill.router_training.misses.miss_analysis import analyze_misses, require_questions
from edgefill.router_training.misses.missed_questions import MissedQuestion, select_missed_questions


def command(
    *,
    days: Annotated[
        int, typer.Option(min=1, max=RETENTION_DAYS, help="The days of demand to read, with today.")
    ] = 7,
    most: Annotated[int, typer.Option(min=1, help="The maximum number of rows in a table.")] = 20,
    question: Annotated[
        str | None,
        typer.Option("--accept", help="Add this question to the catalogue.", metavar="DIGEST|TEXT"),
    ] = None,
    experience: Annotated[
        str | None, typer.Option("--as", help="With --accept: its experience, or out-of-scope.")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="With --accept: its locale; a digest usually implies it.")
    ] = None,
    templates: TemplatesOption = TEMPLATES,
    table: TableOption = None,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Show the free questions that no experience answered, similar ones together.

    A question is counted until its answer is written, so counts are of misses, not of visitors.

    Accept one with --accept DIGEST --as EXPERIENCE; `edgefill publish` trains and releases it.
    """
    catalogue = load_catalogue(templates / "catalogue")
    require_questions(catalogue)
    where = {"endpoint_url": endpoint_url, "region": region}
    if question is None:
        if experience or locale:
            raise InputRefused("--as and --locale belong to a question; give it with --accept")
        demand = find_table(table=table, state=state, **where)
        routing = None if table and not bucket else _load_routing(bucket, state, where)
        _show_misses(_load_misses(demand, days), catalogue, routing, most, as_json=as_json)
        return
    if not experience:
        raise InputRefused("--accept needs --as EXPERIENCE, or --as out-of-scope")
    text, locale = resolve_question(
        question, locale, lambda: _read_texts(find_table(table=table, state=state, **where))
    )
    utterance, path = accept_question(
        text, catalogue, templates / "catalogue", experience=experience, locale=locale
    )
    if as_json:
        typer.echo(json.dumps({"utterance": utterance, "file": str(path)}))
    else:
        typer.echo(f"{path}: {utterance}\n`edgefill publish` trains and releases it")


def _load_misses(demand: DemandTable, days: int) -> tuple[MissedQuestion, ...]:
    ranked = DynamoDemandCounts(demand, time.time).list_top(sys.maxsize, days=days)
    return tuple(select_missed_questions(ranked, _read_texts(demand)))


def _read_texts(demand: DemandTable) -> Mapping[str, str]:
    return DynamoQuestionTexts(demand, time.time).read_texts()


def _load_routing(
    bucket: str | None, state: Path, where: Mapping[str, str | None]
) -> ReleaseRouting | None:
    store = find_store(bucket=bucket, state=state, **where)
    return routing_of_current_release(store, read_pointer(store).pointer)


def _show_misses(
    misses: tuple[MissedQuestion, ...],
    catalogue: Catalogue,
    routing: ReleaseRouting | None,
    most: int,
    *,
    as_json: bool,
) -> None:
    status = "comparing" if routing else "training routers to compare with, about a minute"
    with Console(stderr=True).status(status):
        analysis = analyze_misses(misses, catalogue, routing)
    if as_json:
        typer.echo(json.dumps(serialize_analysis(analysis)))
    elif analysis.proposals or analysis.without_text or analysis.already_declared:
        print_analysis(analysis, Console(), most)
    else:
        typer.echo("no free question was missed")
