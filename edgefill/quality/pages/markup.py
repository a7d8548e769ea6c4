"""Markup: HTML whose texts are escaped; everything that is not Markup is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from edgefill.quality.printable import replace_controls

NO_FIGURE = "-"


class Markup(str):
    """HTML that may be written as it is."""

    __slots__ = ()


def to_markup(content: object) -> Markup:
    """Return `content` as HTML: Markup as it is, else as escaped text without controls."""
    if isinstance(content, Markup):
        return content
    return Markup(escape(replace_controls(str(content))))


def join_markup(parts: Iterable[object]) -> Markup:
    """Return the parts as HTML, one after another."""
    return Markup("".join(map(to_markup, parts)))


def wrap(tag: str, *content: object, **attributes: object) -> Markup:
    """Return an element; `class_` is the attribute class, `_` in other names stands for `-`."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(setting))}"'
        for name, setting in attributes.items()
    )
    return Markup(f"<{tag}{written}>{join_markup(content)}</{tag}>")


def write_prose(text: str) -> Markup:
    """Return escaped text in which `commands` between backticks are marked as code."""
    parts = text.split("`")
    return join_markup(wrap("code", each) if i % 2 else each for i, each in enumerate(parts))


def build_table(headers: Sequence[object], rows: Iterable[Sequence[object]]) -> Markup:
    """Return a table that scrolls sideways where it does not fit."""
    head = wrap("tr", *(wrap("th", each) for each in headers))
    body = join_markup(wrap("tr", *(wrap("td", each) for each in row)) for row in rows)
    table = wrap("table", wrap("thead", head), wrap("tbody", body))
    return wrap("div", table, class_="scroll")


def build_legend(entries: Iterable[tuple[str, str]]) -> Markup:
    """Coloured squares with their meaning; an entry is a class and a name."""
    items = (wrap("span", wrap("i", class_=colour), name) for colour, name in entries)
    return wrap("div", *items, class_="legend")


def format_share(part: float | None, whole: float = 1) -> str:
    """Return a percentage; a dash for None and where there is nothing to divide by."""
    return NO_FIGURE if part is None or not whole else f"{part / whole:.0%}"


def format_number(number: float | None, digits: int = 0) -> str:
    """Return a number with thousands separators, a dash for None."""
    return NO_FIGURE if number is None else f"{number:,.{digits}f}"
