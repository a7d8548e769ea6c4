"""Shows a filled page as plain text: paragraphs, list items with dashes, links with addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

PARAGRAPHS = frozenset(
    ("p", "ul", "ol", "div", "section", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")
)


def make_readable(body: str, content_type: str) -> str:
    """Return `body` as a visitor reads it, without markup; unknown types stay as they are."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/html":
        return _render_html(body)
    if kind == "application/json":
        return _render_json(body)
    return body.strip()


class _TextCollector(HTMLParser):
    """Collects the text of a page; `parts` has a line break before every block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a list item or a link."""
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        elif tag in PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a block, or add a link's address."""
        if tag == "a" and self._links and (address := self._links.pop()):
            self.parts.append(f" ({address})")
        elif tag in PARAGRAPHS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        """Collect text; line breaks of the source are blanks."""
        self.parts.append(re.sub(r"\s+", " ", data))


def _render_html(body: str) -> str:
    collector = _TextCollector()
    collector.feed(body)
    collector.close()
    lines = [line.strip() for line in "".join(collector.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _render_json(body: str) -> str:
    """Return the values without their names; the body itself if it is not JSON."""
    try:
        return "\n".join(_list_values(json.loads(body)))
    except ValueError:
        return body.strip()


def _list_values(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for each in data.values():
            yield from _list_values(each)
    elif isinstance(data, list):
        for each in data:
            yield "- " + ", ".join(_list_values(each))
    else:
        yield data if isinstance(data, str) else json.dumps(data)
