"""Splits a template of another system into statements that all of those systems share.

Two families differ only in how they are written: Liquid (with Braze's `${...}`), Jinja2 and Django
with `{% ... %}`, and Handlebars and Mustache with `{{#...}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "print", "if", "elif", "else", "for", "end", "comment", "drop", "skip"]

_HANDLEBARS = re.compile(r"\{\{\{.*?\}\}\}|\{\{!--.*?--\}\}|\{\{.*?\}\}", re.DOTALL)
_PERCENT = re.compile(
    r"\{%-?\s*comment\b.*?endcomment\s*-?%\}|\{#.*?#\}|\{%.*?%\}|\{\{(?:\$\{.*?\}|.)*?\}\}",
    re.DOTALL,
)
_IS_HANDLEBARS = re.compile(r"\{\{\{|\{\{\s*[#/^>!]|\{\{\s*else\b")
# blocks whose text means nothing without them
_SKIPPED = frozenset(("capture", "case", "macro", "raw", "verbatim", "call", "set_block"))
# blocks whose text stays
_KEPT = frozenset(("block", "blocktrans", "blocktranslate", "autoescape", "spaceless", "with"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One piece of a template; `text` is its expression, `source` how it is written."""

    kind: Kind
    text: str
    source: str
    line: int


def split_statements(text: str) -> Iterator[Statement]:
    """The statements of a template, in order."""
    is_handlebars = "{%" not in text and _IS_HANDLEBARS.search(text) is not None
    pattern, read = (_HANDLEBARS, _read_mustache) if is_handlebars else (_PERCENT, _read_percent)
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            literal = text[end : match.start()]
            yield Statement(kind="text", text=literal, source=literal, line=_count(text, end))
        kind, expression = read(match[0])
        line = _count(text, match.start())
        yield Statement(kind=kind, text=expression, source=match[0], line=line)
        end = match.end()
    if end < len(text):
        yield Statement(kind="text", text=text[end:], source=text[end:], line=_count(text, end))


def _count(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _read_percent(source: str) -> tuple[Kind, str]:
    if source.startswith("{#") or re.match(r"\{%-?\s*comment\b", source):
        return "comment", ""
    inner = source[2:-2].strip("-~ \t\n")
    if source.startswith("{{"):
        return "print", inner
    return _read_tag(inner)


def _read_tag(inner: str) -> tuple[Kind, str]:
    word, _, rest = inner.partition(" ")
    if word in ("if", "elif", "elsif", "for", "else"):
        return ("elif" if word == "elsif" else word), rest.strip()  # type: ignore[return-value]
    if word == "empty":
        return "else", ""
    if word == "unless":
        return "if", f"not ({rest.strip()})"
    if word in _SKIPPED or (word == "set" and "=" not in rest):
        return "skip", word
    if word in _KEPT or word.removeprefix("end") in _KEPT:
        return "comment", word
    return ("end", word) if word.startswith("end") else ("drop", inner)


def _read_mustache(source: str) -> tuple[Kind, str]:
    if source.startswith("{{!"):
        return "comment", ""
    inner = source.strip("{}").strip("~ \t\n")
    mark, rest = inner[:1], inner[1:].strip()
    if mark == "/":
        return "end", rest
    if mark == "^":
        return ("if", f"not ({rest})") if rest else ("else", "")
    return _read_section(rest) if mark == "#" else _read_mustache_value(inner)


def _read_section(rest: str) -> tuple[Kind, str]:
    word, _, argument = rest.partition(" ")
    if word == "each":
        return "for", f"this in {argument.split(' as ')[0].strip()}"
    if word in ("if", "unless", "with"):
        argument = argument.strip()
        return "if", f"not ({argument})" if word == "unless" else argument
    return ("if", rest) if not argument else ("skip", rest)


def _read_mustache_value(inner: str) -> tuple[Kind, str]:
    if inner == "else":
        return "else", ""
    if inner.startswith("else if "):
        return "elif", inner.removeprefix("else if ").strip()
    is_helper = re.search(r"\s", inner) is not None and "|" not in inner
    return ("drop" if inner.startswith((">", "&")) or is_helper else "print"), inner
