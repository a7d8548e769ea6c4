"""Reduces a mail's HTML to the elements of a fallback; template code is carried through."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

from edgefill.compiler.formats.html import ALLOWED_ATTRIBUTES, VOID_TAGS

_SAME = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
# elements that end a line
_BLOCKS = frozenset(("div", "td", "th", "tr", "table", "center", "section", "body"))
# elements whose text visitors do not read
_SKIPPED = frozenset(("head", "style", "script", "title", "svg"))
_MARK = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePart:
    """A piece of a converted template: markup, or code of the template language."""

    text: str
    is_markup: bool
    line: int


def simplify_markup(parts: Iterable[TemplatePart]) -> tuple[str, list[tuple[int, str]]]:
    """The reduced HTML, and what was left out, each with its line."""
    listed = list(parts)
    parser = _Simplifier()
    for number, part in enumerate(listed):
        if part.is_markup:
            parser.feed_lines(part.text, line=part.line)
        else:
            parser.feed(f"\ue000{number}\ue001")
    parser.close()
    text = _MARK.sub(lambda match: listed[int(match[1])].text, "".join(parser.parts))
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line), parser.losses


class _Simplifier(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.losses: list[tuple[int, str]] = []
        self._skipped = 0
        # lines that the original has and the fed text has not
        self._offset = 0
        self._fed_lines = 0

    def feed_lines(self, text: str, *, line: int) -> None:
        """Feed the text that begins in `line` of the original."""
        self._offset = line - 1 - self._fed_lines
        self._fed_lines += text.count("\n")
        self.feed(text)

    def _lose(self, what: str) -> None:
        self.losses.append((self.getpos()[0] + self._offset, what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an allowed element with its allowed attributes."""
        if tag in _SKIPPED:
            self._skipped += 1
            self._lose(f"<{tag}>: is left out with its text")
        elif not self._skipped:
            self._open(_SAME.get(tag, tag), attrs)

    def _open(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ALLOWED_ATTRIBUTES:
            kept = [(n, v) for n, v in attrs if v and n in ALLOWED_ATTRIBUTES[tag]]
            written = "".join(f' {name}="{html.escape(value)}"' for name, value in kept)
            self.parts.append(f"<{tag}{written}>")
        elif tag not in ("html", "tbody", "thead", "span", "font", "meta", "u", "small"):
            self._lose(f"<{tag}>: is not allowed in a fallback")

    def handle_endtag(self, tag: str) -> None:
        """Close what was kept."""
        name = _SAME.get(tag, tag)
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif not self._skipped and name in _BLOCKS:
            self.parts.append("\n")
        elif not self._skipped and name in ALLOWED_ATTRIBUTES and name not in VOID_TAGS:
            self.parts.append(f"</{name}>")

    def handle_data(self, data: str) -> None:
        """Keep text outside of skipped elements; line breaks of the source stay."""
        if not self._skipped:
            self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        """Keep a character reference as the character."""
        self.handle_data(html.escape(html.unescape(f"&{name};"), quote=False))

    def handle_charref(self, name: str) -> None:
        """Keep a numeric reference as the character."""
        self.handle_data(html.escape(html.unescape(f"&#{name};"), quote=False))
