"""`python -m infra.costs`: print what a million requests cost, by hit ratio.

Prices are list prices in USD for us-east-1, first tier, without tax and free tier; docs/deploy.md
names their sources. The fields of `RequestLoad` are assumptions; replace them by your own figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MILLION = 1_000_000
GB = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrices:
    """USD per unit."""

    https_request: float = 1.00 / MILLION  # CloudFront, in its more expensive regions
    egress_byte: float = 0.085 / GB  # CloudFront to the internet
    edge_request: float = 0.60 / MILLION  # Lambda@Edge
    edge_gb_s: float = 0.00005001
    api_request: float = 0.20 / MILLION  # Lambda
    api_gb_s: float = 0.0000166667
    table_write: float = 0.625 / MILLION  # DynamoDB, on demand
    object_read: float = 0.40 / MILLION  # S3
    gpu_hour: float = 1.006  # g5.xlarge, on demand; g6.xlarge costs less


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MillionRequestsCost:
    """USD for a million requests at one hit ratio."""

    hit_ratio: float
    edge: float
    misses: float
    gpu: float

    @property
    def total(self) -> float:
        """The sum; costs by the hour that do not depend on requests are not included."""
        return self.edge + self.misses + self.gpu


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
    return MillionRequestsCost(
        hit_ratio=hit_ratio,
        edge=MILLION * (price_edge_request(prices, load) + egress),
        misses=misses * price_miss(prices, load),
        gpu=misses * load.generated_share * prices.gpu_hour / load.generations_per_gpu_hour,
    )


def format_table(prices: ListPrices, load: RequestLoad) -> Iterator[str]:
    """The lines of the table in docs/deploy.md."""
    yield "| hit ratio | edge | API | GPU | a million requests |"
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for percent in (50, 80, 90, 95, 99, 100):
        row = estimate_cost(percent / 100, prices, load)
        yield (
            f"| {percent}% | ${row.edge:.2f} | ${row.misses:.2f} | ${row.gpu:.2f} "
            f"| ${row.total:.2f} |"
        )


if __name__ == "__main__":
    print("\n".join(format_table(ListPrices(), RequestLoad())))  # noqa: T201 the command's output
