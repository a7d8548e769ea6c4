"""Prints what models and visitors wrote: a terminal must show it, never obey it."""

from __future__ import annotations

import json
from typing import Any

import typer

from edgefill.quality.printable import escape_controls, replace_controls


def print_text(text: str) -> None:
    """Print `text` with its line breaks and tabs; every other control character as U+FFFD."""
    typer.echo(replace_controls(text))


def print_json(data: Any) -> None:
    """Print `data` as JSON on one line, with every control character escaped."""
    typer.echo(escape_controls(json.dumps(data, ensure_ascii=False)))
