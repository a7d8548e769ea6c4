"""The argument KEY of `show` and `review`."""

from __future__ import annotations

from typing import Annotated

import typer

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key

KeyArgument = Annotated[
    str, typer.Argument(help="A key: experience/locale/case, e.g. welcome/de/any.", metavar="KEY")
]


def read_key(text: str) -> Key:
    """Return the key in `text`; InputRefused."""
    try:
        return parse_key(text)
    except ValueError as error:
        raise InputRefused(f"KEY: {error}") from error


def require_catalogue_key(text: str, catalogue: Catalogue) -> Key:
    """Return a key for which the catalogue allows a text; InputRefused."""
    key = read_key(text)
    if not catalogue.has(key):
        raise InputRefused(f"{key}: the catalogue has no such key; `edgefill keys` lists them")
    return key
