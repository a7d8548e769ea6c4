"""Prints the results of checks and ends the command with their exit status."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NoReturn

import typer

from edgefill.operations.check_result import CheckResult, format_results, has_failed


def print_report(results: Iterable[CheckResult], *, as_json: bool) -> NoReturn:
    """Print each result as it comes, or one JSON object; the exit status is 1 if one failed."""
    seen = []
    for result in results:
        seen.append(result)
        if not as_json:
            typer.echo(next(format_results([result])))
    failed = has_failed(seen)
    if as_json:
        rows = [result.to_json() for result in seen]
        typer.echo(json.dumps({"status": "fail" if failed else "ok", "checks": rows}))
    raise typer.Exit(1 if failed else 0)
