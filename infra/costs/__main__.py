"""`python -m infra.costs`: print what a stage costs idle, next to what a million requests cost."""

from __future__ import annotations

from collections.abc import Iterator

from infra.costs.idle import list_idle_costs, price_wake
from infra.costs.prices import SOURCES, ListPrices
from infra.costs.requests import RequestLoad, estimate_cost, format_table
from infra.settings import DEV, PROD

HIT_RATIO = 0.95
STAGES = (DEV, PROD)


def format_overview(prices: ListPrices) -> Iterator[str]:
    """One row for each item: a month without a request, and a million requests."""
    yield f"| | dev, idle month | prod, idle month | a million requests at {HIT_RATIO:.0%} |"
    yield "| --- | ---: | ---: | ---: |"
    columns = [list(list_idle_costs(stage, prices)) for stage in STAGES]
    for rows in zip(*columns, strict=True):
        cells = " | ".join(f"${row.usd:.2f}" for row in rows)
        yield f"| {rows[0].item} | {cells} | |"
    load = RequestLoad(has_firewall=bool(PROD.requests_per_5_minutes))
    cost = estimate_cost(HIT_RATIO, prices, load)
    parts = {
        "edge": cost.edge, "the edge's own fetches": cost.fetches, "WAF's requests": cost.firewall,
        "logs": cost.logs, "API": cost.misses, "GPU": cost.gpu,
    }  # fmt: skip
    for name, usd in parts.items():
        yield f"| {name} | | | ${usd:.2f} |"
    totals = " | ".join(f"**${sum(row.usd for row in rows):.2f}**" for rows in columns)
    yield f"| **sum** | {totals} | **${cost.total:.2f}** |"
    wakes = [price_wake(stage.gpu, prices) for stage in STAGES if stage.gpu]
    yield "| each wake-up of the GPU | " + " | ".join(f"${usd:.2f}" for usd in wakes) + " | |"


def main() -> None:
    """Print both tables and the sources of the prices."""
    prices = ListPrices()
    lines = [*format_overview(prices), "", *format_table(prices, RequestLoad()), ""]
    lines += [f"{name} {getattr(prices, name):g}: {source}" for name, source in SOURCES.items()]
    print("\n".join(lines))  # noqa: T201 the command's output


if __name__ == "__main__":
    main()
