"""Filling 2 KB of HTML with ten slots: Edgefill beside Jinja2, minijinja and the floor.

    python -m benchmarks.fill [--json] [--check] [--rounds N]

`plain` prints ten text slots, the same work for all; two of the values need escaping. `hostile` is
the same with nearly all values full of markup. `formatted` has money, dates and numbers, for
Edgefill and for Jinja2 with Babel. Contenders take turns within each round, so that a busy machine
slows all alike; medians of many rounds, and ratios of medians. `--check` exits 1 on
a missed bar.
"""

from __future__ import annotations

import datetime
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
from benchmarks.machine import machine, versions
from edgefill.compiler import compile_template
from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.template.program import link_program

BARS = {"jinja2": 5.0, "minijinja": 1.5, "floor": 20.0}  # at least, at least, at most
_SENTENCE = "We are writing about the parcel that you have been waiting for since the last week. "
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


def template(slots: tuple[Slot, ...]) -> str:
    """About 2 KB of HTML with each slot once."""
    paragraphs = []
    for slot in slots:
        blank = (
            f"{{{{ {slot.name}{' | ' + _FILTERS[slot.type] if slot.type in _FILTERS else ''} }}}}"
        )
        paragraphs.append(f"<p>{_SENTENCE}<strong>{blank}</strong> {_SENTENCE}</p>\n")
    return "".join(paragraphs)


def contenders(slots: tuple[Slot, ...], values: dict[str, Any]) -> dict[str, Callable[[], str]]:
    """What takes turns; all but the floor give the same text, else AssertionError."""
    text = template(slots)
    experience = Experience(
        id="bench", version="1", format="html", slots=slots, cases=CaseSpec(), max_chars=5000
    )
    compiled = compile_template(text, experience=experience, locale="en", name="bench")
    program = link_program(compiled.program)
    jinja = _jinja().from_string(text)
    parts = [part for part in compiled.program["body"] if isinstance(part, str)]
    found: dict[str, Callable[[], str]] = {
        "edgefill": lambda: program.fill(values),
        "jinja2": lambda: jinja.render(values),
        "floor": lambda: "".join(parts),
    }
    if slots is _TEXT_SLOTS:
        mini = minijinja.Environment(templates={"bench.html": text})
        found["minijinja"] = lambda: mini.render_template("bench.html", **values)
    assert program.fill(values) == jinja.render(values)
    return found


def _jinja() -> Environment:
    environment = Environment(autoescape=True)
    environment.filters["money"] = lambda value: _currency(*value.split(" "))
    environment.filters["number"] = lambda value: format_decimal(value, locale="en")
    environment.filters["date"] = lambda value: format_date(
        datetime.date.fromisoformat(value), locale="en"
    )
    return environment


def _currency(amount: str, currency: str) -> str:
    return format_currency(amount, currency, locale="en")


def measure(rivals: dict[str, Callable[[], str]], rounds: int) -> dict[str, Any]:
    """Nanoseconds a fill by contender, and how many times Edgefill's time each takes."""
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, fill in rivals.items():
            taken[name].append(_batch(fill))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    ours = medians["edgefill"]
    ratios = {name: median / ours for name, median in medians.items() if name != "edgefill"}
    ratios["floor"] = 1 / ratios["floor"]
    return {
        "ns": {name: round(median) for name, median in medians.items()},
        "ratio": {name: round(ratio, 2) for name, ratio in ratios.items()},
    }


def _batch(fill: Callable[[], str], repeats: int = 50) -> float:
    start = time.perf_counter_ns()
    for _ in range(repeats):
        fill()
    return (time.perf_counter_ns() - start) / repeats


def report(rounds: int) -> dict[str, Any]:
    """Both rows, the bars, and where and with what they were measured."""
    plain, hostile = (dict(zip(_NAMES, values, strict=True)) for values in (_VALUES, _HOSTILE))
    return {
        "plain": measure(contenders(_TEXT_SLOTS, plain), rounds),
        "hostile": measure(contenders(_TEXT_SLOTS, hostile), rounds),
        "formatted": measure(contenders(_RICH_SLOTS, _RICH_VALUES), rounds),
        "template_bytes": len(template(_TEXT_SLOTS).encode()),
        "slots": len(_TEXT_SLOTS),
        "rounds": rounds,
        "bars": BARS,
        "machine": machine(),
        "versions": versions("jinja2", "minijinja", "babel", "markupsafe"),
    }


def missed(found: dict[str, Any]) -> list[str]:
    """The bars that the plain row misses; `hostile` is printed beside its bar, not judged."""
    return [f"plain: {sentence}" for sentence in _below(found["plain"]["ratio"])]


def _below(ratio: dict[str, float]) -> list[str]:
    late = [name for name in ("jinja2", "minijinja") if ratio[name] < BARS[name]]
    late += ["floor"] * (ratio["floor"] > BARS["floor"])
    return [f"{name} at {ratio[name]}, bar {BARS[name]}" for name in late]


def _print(found: dict[str, Any]) -> None:
    print(f"{found['template_bytes']} bytes, {found['slots']} slots, {found['rounds']} rounds")
    for row in ("plain", "hostile", "formatted"):
        ns, ratio = found[row]["ns"], found[row]["ratio"]
        print(f"{row}: Edgefill {ns['edgefill']} ns, {ratio['floor']}x the floor")
        for name in ("jinja2", "minijinja"):
            if name in ns:
                print(f"  {name} {ns[name]} ns: Edgefill is {ratio[name]}x as fast")
    for sentence in _below(found["hostile"]["ratio"]):
        print(f"hostile, where nearly every value needs escaping: {sentence} (not judged)")
    print(found["machine"], found["versions"])


if __name__ == "__main__":
    sys.exit(run(__doc__, measure=report, show=_print, missed=missed, rounds=400))
