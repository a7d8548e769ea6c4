"""ChaosReport: what a run counted, its bars, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from edgefill.local.chaos.memory import MemoryGrowth
from edgefill.local.chaos.schedule import FaultResult
from edgefill.quality.printable import replace_controls

RECOVERY_BAR_S = 10.0
# Allocators keep freed pages, and each release adds objects to caches bounded by bytes.
MEMORY_BAR_SHARE = 0.10
MEMORY_BAR_BYTES = 16 * 2**20
# moto keeps every object and every version of the run in memory; S3 is not a process of ours.
UNBOUNDED = frozenset({"aws"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One measure that must not exceed its bar."""

    name: str
    value: float
    bar: float

    @property
    def is_met(self) -> bool:
        """Whether the value does not exceed the bar."""
        return self.value <= self.bar


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosReport:
    """The result of one run."""

    seconds: float
    visitors: int
    counts: Mapping[str, int]
    unreachable_in_outages: int  # connections without an answer while the CDN was failing
    unreachable: int  # at other times
    generated: int
    lost_write_backs: tuple[str, ...]
    longest_wait_s: float
    faults: tuple[FaultResult, ...]
    untried: tuple[str, ...]
    memory: tuple[MemoryGrowth, ...]
    examples: tuple[str, ...]

    def list_bars(self) -> Iterator[Bar]:
        """Every bar of the run."""
        for name, defect in (("foreign values", "foreign"), ("5xx", "5xx"), ("4xx", "4xx")):
            yield Bar(name=name, value=self.counts.get(defect, 0), bar=0)
        yield Bar(name="unreachable outside outages of the CDN", value=self.unreachable, bar=0)
        yield Bar(name="lost write-backs", value=len(self.lost_write_backs), bar=0)
        yield Bar(name="faults that failed", value=sum(bool(f.error) for f in self.faults), bar=0)
        yield Bar(name="faults without time", value=len(self.untried), bar=0)
        yield Bar(name="longest recovery, s", value=self._find_longest(), bar=RECOVERY_BAR_S)
        for growth in self.memory:
            if growth.name not in UNBOUNDED:
                yield build_memory_bar(growth)

    @property
    def is_passed(self) -> bool:
        """Whether every bar is met."""
        return all(bar.is_met for bar in self.list_bars())

    def _find_longest(self) -> float:
        return max(
            (float("inf") if f.recovery_s is None else f.recovery_s for f in self.faults),
            default=0.0,
        )

    def to_json(self) -> dict[str, Any]:
        """The object that `--json` prints; an infinite value is null."""
        bars = [
            {
                "name": bar.name,
                "value": None if bar.value == float("inf") else round(bar.value, 2),
                "bar": round(bar.bar, 2),
                "met": bar.is_met,
            }
            for bar in self.list_bars()
        ]
        return {"passed": self.is_passed, "bars": bars, **asdict(self)}


def build_memory_bar(growth: MemoryGrowth) -> Bar:
    """The bar of a process: MEMORY_BAR_SHARE of its memory plus MEMORY_BAR_BYTES."""
    bar = growth.first_bytes * MEMORY_BAR_SHARE + MEMORY_BAR_BYTES
    return Bar(
        name=f"memory growth of {growth.name}, MB",
        value=max(0, growth.bytes) / 2**20,
        bar=bar / 2**20,
    )


def build_tables(report: ChaosReport) -> Sequence[Table]:
    """The faults, the memory and the bars, for a terminal."""
    faults = _create_table("faults", ("", "outage", "recovery", "last failure before recovery"))
    for fault in report.faults:
        recovery = "never" if fault.recovery_s is None else f"{fault.recovery_s:.1f} s"
        note = replace_controls(fault.error or fault.last_failure)
        faults.add_row(fault.name, f"{fault.outage_s:.1f} s", recovery, note)
    memory = _create_table("memory", ("", "early", "late", "growth"))
    for growth in report.memory:
        sizes = (growth.first_bytes, growth.last_bytes, growth.bytes)
        memory.add_row(growth.name, *(f"{size / 2**20:.1f} MB" for size in sizes))
    return faults, memory, _build_bars_table(report)


def _build_bars_table(report: ChaosReport) -> Table:
    title = f"{report.counts.get('answers', 0)} requests of {report.visitors} visitors"
    table = _create_table(f"{title} in {report.seconds:.0f} s", ("", "value", "bar", ""))
    for name, count in sorted(report.counts.items()):
        if name not in ("answers", "foreign", "5xx", "4xx"):
            table.add_row(name, str(count), "", "")
    table.add_row("unreachable in outages of the CDN", str(report.unreachable_in_outages), "", "")
    table.add_row("generated texts that were shown", str(report.generated), "", "")
    table.add_row("longest wait for an answer, s", f"{report.longest_wait_s:.1f}", "", "")
    for bar in report.list_bars():
        verdict = "met" if bar.is_met else "MISSED"
        table.add_row(bar.name, f"{bar.value:.4g}", f"{bar.bar:.4g}", verdict)
    for example in (*report.examples, *(f"lost: {key}" for key in report.lost_write_backs)):
        table.add_row(replace_controls(example), "", "", "")
    return table


def _create_table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
