"""Sanitising: nh3 as the second gate behind `markup`, used to compare and never to change.

Every way through the template, with harmless words in its blanks, must mean the same before and
after nh3's allow-list; the first difference is named. Source: nh3.readthedocs.io, `nh3.clean`.
"""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import zip_longest

import nh3

from edgefill.compiler.formats.html import ALLOWED, VOID
from edgefill.compiler.lint.paths import paths
from edgefill.compiler.source import Source
from edgefill.compiler.tree import Body, Put
from edgefill.template.coerce import SCHEMES

_WORD = "edgefill"
_LINK = "https://edgefill.invalid/"


def check_sanitised(body: Body, source: Source) -> None:
    """TemplateRefused names what nh3 would take away; TooManyPaths."""
    for page in set(paths(body, _stand_in)):
        removed = _first_difference(page)
        if removed:
            raise source.refused(
                0,
                rule="sanitiser",
                reason=f"a browser or the sanitiser would not keep {removed}",
                remedy="use the allowed tags in the order that HTML nests them",
            )


def _stand_in(put: Put) -> str:
    return _LINK if put.value.kind == "url" else _WORD


def _first_difference(page: str) -> str:
    cleaned = nh3.clean(
        page,
        tags=set(ALLOWED),
        attributes={tag: set(names) for tag, names in ALLOWED.items() if names},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    for before, after in zip_longest(_meaning(page), _meaning(cleaned), fillvalue=""):
        if before != after:
            return before or after
    return ""


class _Meaning(HTMLParser):
    """The tags, attributes and text of a page, written one way."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = "".join(f' {name}="{value}"' for name, value in attrs)
        self.events.append(f"<{tag}{written}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.events.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.events.append(data)


def _meaning(page: str) -> list[str]:
    reader = _Meaning()
    reader.feed(page)
    reader.close()
    return reader.events
