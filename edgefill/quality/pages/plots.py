"""Plots of a quality report as inline SVG; their colours are those of the page (page_style.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from edgefill.quality.chances import ChanceBin
from edgefill.quality.pages.markup import Markup, join_markup, wrap

WIDTH, HEIGHT = 520, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 38, 46


def draw_histogram(bins: Sequence[ChanceBin], thresholds: Mapping[str, float]) -> Markup:
    """Bars of the texts per chance, passed on refused ones; a line marks each threshold."""
    highest = max((each.passed + each.failed for each in bins), default=0) or 1
    parts = [*_draw_axes("judge's chance", "texts", top=str(highest))]
    for each in bins:
        parts += _draw_bar(each, highest)
    lines: dict[float, list[str]] = {}
    for locale, threshold in thresholds.items():
        lines.setdefault(round(threshold, 2), []).append(locale)
    for row, (threshold, locales) in enumerate(sorted(lines.items())):
        parts += _draw_threshold(threshold, " ".join(locales), row)
    return _build_plot(parts, "How many texts had which chance, passed and refused")


def draw_calibration(bins: Sequence[ChanceBin]) -> Markup:
    """The share of texts that people, and the critic, would publish, by the judge's chance."""
    parts = [*_draw_axes("judge's chance", "share published by readers", top="100%")]
    parts.append(
        wrap("line", class_="ideal", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1)),
    )
    for reader in ("critic", "people"):
        parts += _draw_readings(bins, reader)
    return _build_plot(parts, "How often readers agreed with the judge's chance")


def _draw_bar(bin_: ChanceBin, highest: int) -> Iterable[Markup]:
    """The two parts of one bar."""
    title = f"chance {bin_.low:.2f} to {bin_.high:.2f}: {bin_.passed} passed, {bin_.failed} refused"
    base = 0.0
    for name, count in (("refused", bin_.failed), ("passed", bin_.passed)):
        if count:
            top = base + count / highest
            yield wrap(
                "rect",
                wrap("title", title),
                class_=name,
                x=round(_x(bin_.low) + 1, 1),
                y=_y(top),
                width=round(_x(bin_.high) - _x(bin_.low) - 2, 1),
                height=round(_y(base) - _y(top), 1),
            )
            base = top


def _draw_threshold(threshold: float, label: str, row: int) -> Iterable[Markup]:
    x, y = _x(threshold), TOP - 6 - 14 * (row % 2)
    yield wrap("line", class_="threshold", x1=x, y1=TOP, x2=x, y2=_y(0))
    yield wrap("text", f"{label} ≥ {threshold:.2f}", x=round(x - 4, 1), y=y, text_anchor="end")


def _draw_readings(bins: Sequence[ChanceBin], reader: str) -> Iterable[Markup]:
    """A point per bin that the reader has read, larger for more texts, joined by a line."""
    points = []
    for each in bins:
        read, good = each.by_people if reader == "people" else each.by_critic
        if read and each.mean_chance is not None:
            points.append((each.mean_chance, good, read))
    path = " ".join(f"{_x(chance)},{_y(good / read)}" for chance, good, read in points)
    if len(points) > 1:
        yield wrap("polyline", class_=reader, points=path)
    for chance, good, read in points:
        yield wrap(
            "circle",
            wrap("title", f"{reader}: {good} of {read} texts with a mean chance of {chance:.2f}"),
            class_=reader,
            cx=_x(chance),
            cy=_y(good / read),
            r=round(3 + min(6.0, read**0.5 / 2), 1),
        )


def _draw_axes(x_name: str, y_name: str, *, top: str) -> Iterable[Markup]:
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield wrap("line", class_="grid", x1=_x(0), y1=_y(tick), x2=_x(1), y2=_y(tick))
        yield wrap("text", f"{tick:g}", x=_x(tick), y=_y(0) + 18, text_anchor="middle")
    for label, height in (("0", 0.0), (top, 1.0)):
        yield wrap("text", label, x=LEFT - 8, y=_y(height) + 4, text_anchor="end")
    yield wrap("text", x_name, x=_x(0.5), y=HEIGHT - 8, text_anchor="middle")
    turn = f"rotate(-90 14 {_y(0.5)})"
    yield wrap("text", y_name, x=14, y=_y(0.5), text_anchor="middle", transform=turn)


def _build_plot(parts: Iterable[Markup], title: str) -> Markup:
    content = join_markup([wrap("title", title), *parts])
    return wrap("svg", content, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=title)


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
