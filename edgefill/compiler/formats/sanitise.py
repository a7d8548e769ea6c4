"""Runs the sanitiser nh3 as a second check after `html`; it compares and never changes the text.

Every path through the template, with harmless words in its blanks, must mean the same before and
after nh3's allow-list; the first difference is named. Source: nh3.readthedocs.io, `nh3.clean`.
"""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import zip_longest

import nh3

from edgefill.compiler.formats.html import ALLOWED_ATTRIBUTES, VOID_TAGS
from edgefill.compiler.language.paths import render_paths
from edgefill.compiler.language.source import TemplateSource
from edgefill.compiler.language.typed_tree import Body, PutNode
from edgefill.template.coerce import SCHEMES

_WORD = "edgefill"
_LINK = "https://edgefill.invalid/"


def check_with_sanitiser(body: Body, source: TemplateSource) -> None:
    """TemplateRefused names the first thing that nh3 would remove; TooManyPaths."""
    for page in set(render_paths(body, _choose_sample)):
        removed = _find_difference(page)
        if removed:
            raise source.make_refusal(
                0,
                rule="sanitiser",
                reason=f"a browser or the sanitiser would not keep {removed}",
                remedy="use the allowed tags, nested as HTML allows",
            )


def _choose_sample(put: PutNode) -> str:
    return _LINK if put.value.kind == "url" else _WORD


def _find_difference(page: str) -> str:
    cleaned = nh3.clean(
        page,
        tags=set(ALLOWED_ATTRIBUTES),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items() if names},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    for before, after in zip_longest(_list_events(page), _list_events(cleaned), fillvalue=""):
        if before != after:
            return before or after
    return ""


class _PageReader(HTMLParser):
    """Collects the tags, attributes and text of a page in one canonical spelling."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = "".join(f' {name}="{value}"' for name, value in attrs)
        self.events.append(f"<{tag}{attributes}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID_TAGS:
            self.events.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.events.append(data)


def _list_events(page: str) -> list[str]:
    reader = _PageReader()
    reader.feed(page)
    reader.close()
    return reader.events
