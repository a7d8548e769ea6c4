"""What a million requests cost, by the share that the edge answers itself.

The fields of `RequestLoad` are assumptions; replace them by your own figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.costs.prices import MILLION, ListPrices

RATIOS = (50, 80, 90, 95, 99, 100)  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLoad:
    """Assumptions about one request."""

    body_bytes: int = 8_000
    edge_gb: float = 0.25
    edge_s: float = 0.005
    miss_s: float = 0.1  # a miss whose template an earlier miss generated
    api_gb: float = 1.0
    miss_writes: int = 1  # demand is counted
    miss_reads: int = 2  # pointer and overlay
    generated_share: float = 0.02  # the share of the misses that need the GPU
    generation_s: float = 3.0  # a visitor and a Lambda invocation wait so long
    generation_writes: int = 6  # lease, budgets, settlement
    generations_per_gpu_hour: int = 2_000
    # The edge's own fetches of packs, overlay and pointer, which pass the CDN as visitors' do.
    fetches: float = 0.02
    fetch_bytes: int = 4_000
    edge_log_bytes: int = 350  # Lambda's own lines
    miss_log_bytes: int = 1_000  # Lambda's own lines, and one of the API
    has_firewall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MillionRequestsCost:
    """USD for a million requests at one hit ratio."""

    hit_ratio: float
    edge: float
    fetches: float
    firewall: float
    logs: float
    misses: float
    gpu: float

    @property
    def total(self) -> float:
        """The sum; infra/costs/idle.py has what does not depend on requests."""
        return self.edge + self.fetches + self.firewall + self.logs + self.misses + self.gpu


def price_edge_request(prices: ListPrices, load: RequestLoad) -> float:
    """USD for a request through CloudFront and the edge function, without egress."""
    time = prices.edge_gb_s * load.edge_gb * load.edge_s
    return prices.https_request + prices.edge_request + time


def price_miss(prices: ListPrices, load: RequestLoad) -> float:
    """USD that a miss adds at the API: with the wait for generation, without the GPU."""
    seconds = load.miss_s + load.generated_share * load.generation_s
    writes = load.miss_writes + load.generated_share * load.generation_writes
    return (
        prices.api_request
        + prices.api_gb_s * load.api_gb * seconds
        + prices.table_write * writes
        + prices.object_read * load.miss_reads
    )


def estimate_cost(hit_ratio: float, prices: ListPrices, load: RequestLoad) -> MillionRequestsCost:
    """The cost of a million requests when the edge answers the share `hit_ratio` of them."""
    misses = MILLION * (1 - hit_ratio)
    egress = prices.egress_byte * load.body_bytes
    fetches = MILLION * load.fetches
    inspections = MILLION + fetches if load.has_firewall else 0
    log_bytes = MILLION * load.edge_log_bytes + misses * load.miss_log_bytes
    return MillionRequestsCost(
        hit_ratio=hit_ratio,
        edge=MILLION * (price_edge_request(prices, load) + egress),
        fetches=fetches * (prices.https_request + prices.egress_byte * load.fetch_bytes),
        firewall=inspections * prices.firewall_request,
        logs=log_bytes * prices.log_byte,
        misses=misses * price_miss(prices, load),
        gpu=misses * load.generated_share * prices.gpu_hour / load.generations_per_gpu_hour,
    )


def format_table(prices: ListPrices, load: RequestLoad) -> Iterator[str]:
    """The lines of the table by hit ratio in docs/deploy.md."""
    yield "| hit ratio | edge | its fetches | WAF | logs | API | GPU | a million requests |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for percent in RATIOS:
        row = estimate_cost(percent / 100, prices, load)
        parts = (row.edge, row.fetches, row.firewall, row.logs, row.misses, row.gpu, row.total)
        yield f"| {percent}% | " + " | ".join(f"${part:.2f}" for part in parts) + " |"
