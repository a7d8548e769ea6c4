"""Fill 2 KB of HTML with ten slots: Edgefill compared with Jinja2, minijinja and the floor.

    python -m benchmarks.fill [--json] [--check] [--rounds N]

`plain` prints ten text slots, the same work for all; two of the values need escaping. `hostile` is
the same with markup in nearly all values. `formatted` has money, dates and numbers, for Edgefill
and for Jinja2 with Babel. The floor joins the template's static text only. Contenders take turns
within each round, so that a busy machine slows all of them; figures are medians over the rounds,
ratios are ratios of medians. `--check` exits 1 if a ratio of `plain` misses its bar.
"""

from __future__ import annotations

import datetime
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import minijinja
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from jinja2 import Environment

from benchmarks.command import run
from benchmarks.machine import describe_machine, list_versions
from edgefill.compiler import compile_template
from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.template.program import link_program

# How many times as fast as each baseline, at least; how many times the floor, at most. The target
# for minijinja is 1.5; runs of one commit give 1.41 to 1.59, so only less than 1.3 is a regression.
BARS = {"jinja2": 5.0, "minijinja": 1.3, "floor": 20.0}
_WORDS = "we are writing about the parcel that you have been waiting for since the last week"
_NAMES = ("first", "last", "city", "street", "product", "carrier", "agent", "shop", "plan", "gift")
_VALUES = ("Ada", "Lovelace", "London", "12 St James's Square", "Tea & biscuits", "Hermes Parcel",
           "Grace", "Edgefill Fine Goods", "Gold", "A box of chocolates")  # fmt: skip
_HOSTILE = ("<b>Ada</b>", 'O"Neill', "Lon'don", "<script>alert('x')</script>", "&amp;", "\"><img>",
            "Grace & 'Co'", "<>", "Gold", "a < b > c & \"d\"")  # fmt: skip
_TEXT_SLOTS = tuple(Slot(name=name, type="text") for name in _NAMES)
_RICH_SLOTS = (
    *_TEXT_SLOTS[:4],
    Slot(name="total", type="money", values=("EUR",)),
    Slot(name="refund", type="money", values=("EUR",)),
    Slot(name="ordered", type="date"),
    Slot(name="arrives", type="date"),
    Slot(name="points", type="number"),
    Slot(name="weight", type="number"),
)
_RICH_VALUES: dict[str, Any] = {
    **dict(zip(_NAMES[:4], _VALUES, strict=False)),
    "total": "1299.90 EUR",
    "refund": "12.50 EUR",
    "ordered": "2026-11-23",
    "arrives": "2026-12-01",
    "points": 12500,
    "weight": 2.375,
}
_FILTERS = {"money": "money", "date": "date", "number": "number"}


def build_template(slots: tuple[Slot, ...]) -> str:
    """About 2 KB of HTML with each slot once."""
    paragraphs = []
    for number, slot in enumerate(slots):
        blank = (
            f"{{{{ {slot.name}{' | ' + _FILTERS[slot.type] if slot.type in _FILTERS else ''} }}}}"
        )
        first, second = _shuffle_words(2 * number), _shuffle_words(2 * number + 1)
        paragraphs.append(f"<p>{first} <strong>{blank}</strong> {second}</p>\n")
    return "".join(paragraphs)


def _shuffle_words(seed: int) -> str:
    """A sentence of the same length for each seed; the compiler refuses repeated sentences."""
    words = _WORDS.split()
    random.Random(seed).shuffle(words)
    return f"{' '.join(words).capitalize()}."


def build_contenders(
    slots: tuple[Slot, ...], values: dict[str, Any]
) -> dict[str, Callable[[], str]]:
    """Fill functions by contender; AssertionError unless Edgefill's text equals Jinja2's."""
    text = build_template(slots)
    experience = Experience(
        id="bench", version="1", format="html", slots=slots, cases=CaseSpec(), max_chars=5000
    )
    compiled = compile_template(text, experience=experience, locale="en", name="bench")
    program = link_program(compiled.program)
    jinja = _make_jinja().from_string(text)
    parts = [part for part in compiled.program["body"] if isinstance(part, str)]
    fills: dict[str, Callable[[], str]] = {
        "edgefill": lambda: program.fill(values),
        "jinja2": lambda: jinja.render(values),
        "floor": lambda: "".join(parts),
    }
    if slots is _TEXT_SLOTS:
        mini = minijinja.Environment(templates={"bench.html": text})
        fills["minijinja"] = lambda: mini.render_template("bench.html", **values)
    assert program.fill(values) == jinja.render(values)
    return fills


def _make_jinja() -> Environment:
    environment = Environment(autoescape=True)
    environment.filters["money"] = lambda value: _format_currency(*value.split(" "))
    environment.filters["number"] = lambda value: format_decimal(value, locale="en")
    environment.filters["date"] = lambda value: format_date(
        datetime.date.fromisoformat(value), locale="en"
    )
    return environment


def _format_currency(amount: str, currency: str) -> str:
    return format_currency(amount, currency, locale="en")


def measure(fills: dict[str, Callable[[], str]], rounds: int) -> dict[str, Any]:
    """Nanoseconds per fill by contender, and the ratios that BARS judges."""
    times: dict[str, list[float]] = {name: [] for name in fills}
    for _ in range(rounds):
        for name, fill in fills.items():
            times[name].append(_time_batch(fill))
    medians = {name: statistics.median(times) for name, times in times.items()}
    ours = medians["edgefill"]
    ratios = {name: median / ours for name, median in medians.items() if name != "edgefill"}
    ratios["floor"] = 1 / ratios["floor"]
    return {
        "ns": {name: round(median) for name, median in medians.items()},
        "ratio": {name: round(ratio, 2) for name, ratio in ratios.items()},
    }


def _time_batch(fill: Callable[[], str], repeats: int = 50) -> float:
    start = time.perf_counter_ns()
    for _ in range(repeats):
        fill()
    return (time.perf_counter_ns() - start) / repeats


def measure_rows(rounds: int) -> dict[str, Any]:
    """All rows, the bars, the machine and the versions."""
    plain, hostile = (dict(zip(_NAMES, values, strict=True)) for values in (_VALUES, _HOSTILE))
    return {
        "plain": measure(build_contenders(_TEXT_SLOTS, plain), rounds),
        "hostile": measure(build_contenders(_TEXT_SLOTS, hostile), rounds),
        "formatted": measure(build_contenders(_RICH_SLOTS, _RICH_VALUES), rounds),
        "template_bytes": len(build_template(_TEXT_SLOTS).encode()),
        "slots": len(_TEXT_SLOTS),
        "rounds": rounds,
        "bars": BARS,
        "machine": describe_machine(),
        "versions": list_versions("jinja2", "minijinja", "babel", "markupsafe"),
    }


def list_misses(figures: dict[str, Any]) -> list[str]:
    """One sentence per bar that the plain row misses; the other rows are not judged."""
    return [f"plain: {sentence}" for sentence in _list_missed_bars(figures["plain"]["ratio"])]


def _list_missed_bars(ratio: dict[str, float]) -> list[str]:
    names = [name for name in ("jinja2", "minijinja") if ratio[name] < BARS[name]]
    names += ["floor"] * (ratio["floor"] > BARS["floor"])
    return [f"{name} at {ratio[name]}, bar {BARS[name]}" for name in names]


def _print_figures(figures: dict[str, Any]) -> None:
    print(
        f"{figures['template_bytes']} bytes, {figures['slots']} slots, {figures['rounds']} rounds"
    )
    for row in ("plain", "hostile", "formatted"):
        ns, ratio = figures[row]["ns"], figures[row]["ratio"]
        print(f"{row}: Edgefill {ns['edgefill']} ns, {ratio['floor']}x the floor")
        for name in ("jinja2", "minijinja"):
            if name in ns:
                print(f"  {name} {ns[name]} ns: Edgefill is {ratio[name]}x as fast")
    for sentence in _list_missed_bars(figures["hostile"]["ratio"]):
        print(f"hostile, where nearly every value needs escaping: {sentence} (not judged)")
    print(figures["machine"], figures["versions"])


if __name__ == "__main__":
    sys.exit(
        run(
            __doc__,
            measure=measure_rows,
            print_figures=_print_figures,
            list_misses=list_misses,
            rounds=400,
        )
    )
