"""Figures: measured numbers next to the bars that they have to meet."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["met", "missed", "not measured", ""]
Unit = Literal["", "%", "ms", "s", "MB"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of `section`; `bar` is the least allowed, or the most if `is_limit`.

    `value` is None if it could not be measured, and `note` says why. Without a `bar` the figure is
    only printed. The unit `%` is of shares from 0 to 1.
    """

    section: str
    name: str
    value: float | None
    bar: float | None = None
    is_limit: bool = False
    unit: Unit = ""
    note: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether there is a number."""
        return self.value is not None and not math.isnan(self.value)

    @property
    def state(self) -> State:
        """Whether the bar is met; "" without a bar."""
        if not self.is_measured:
            return "not measured"
        if self.bar is None or self.value is None:
            return ""
        is_met = self.value <= self.bar if self.is_limit else self.value >= self.bar
        return "met" if is_met else "missed"

    def to_json(self) -> dict[str, Any]:
        """The figure as a JSON object; null for what was not measured."""
        return {
            "section": self.section,
            "name": self.name,
            "value": round(self.value, 4) if self.value is not None and self.is_measured else None,
            "bar": self.bar,
            "bar_is": ("at most" if self.is_limit else "at least")
            if self.bar is not None
            else None,
            "unit": self.unit,
            "state": self.state,
            "note": self.note,
        }


def format_figures(figures: Iterable[Figure]) -> str:
    """A table of the figures, each section under its name."""
    rows = list(figures)
    width = max((len(each.name) for each in rows), default=0)
    lines: list[str] = []
    section = ""
    for figure in rows:
        if figure.section != section:
            section = figure.section
            lines += ["", section]
        lines.append(_format_row(figure, width))
    return "\n".join(lines).lstrip("\n")


def _format_row(figure: Figure, width: int) -> str:
    value = _show(figure.value, figure.unit) if figure.is_measured else "-"
    sign = "<=" if figure.is_limit else ">="
    bar = f"{sign} {_show(figure.bar, figure.unit)}" if figure.bar is not None else ""
    state = "MISSED" if figure.state == "missed" else figure.state
    return f"  {figure.name:<{width}} {value:>10}  {bar:<12}{state:<13}{figure.note}".rstrip()


def list_missed_bars(figures: Iterable[Figure]) -> list[str]:
    """One sentence per missed bar; what was not measured is no missed bar."""
    return [
        f"{each.section}: {each.name}: {_show(each.value, each.unit)}, bar "
        f"{'at most' if each.is_limit else 'at least'} {_show(each.bar, each.unit)}"
        for each in figures
        if each.state == "missed"
    ]


def list_unmeasured(figures: Iterable[Figure]) -> list[str]:
    """One sentence per bar of which nothing is known."""
    return [
        f"{each.section}: {each.name}: {each.note or 'no data'}"
        for each in figures
        if each.bar is not None and each.state == "not measured"
    ]


def _show(value: float | None, unit: Unit) -> str:
    if value is None:
        return "-"
    if unit == "%":
        return f"{value:.1%}"
    digits = 0 if value == int(value) else 3 if unit == "" and abs(value) < 10 else 1
    return f"{value:,.{digits}f}{unit and ' ' + unit}"
