"""`python -m infra.costs`: what a million requests cost, by hit ratio (docs/deploy.md).

List prices in USD, us-east-1, first tier, without tax and free tier; see docs/deploy.md.
What one request is stands in `Load`: assumptions, to be replaced by one's own figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MILLION = 1_000_000
GB = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrices:
    """USD for one of each."""

    https_request: float = 1.00 / MILLION  # CloudFront, from the dearer half of its regions
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
    """What one request is assumed to be."""

    body_bytes: int = 8_000
    edge_gb: float = 0.125
    edge_s: float = 0.005
    miss_s: float = 0.1  # a miss whose template an earlier miss has written
    api_gb: float = 1.0
    miss_writes: int = 1  # demand is counted
    miss_reads: int = 2  # pointer and overlay
    generated: float = 0.02  # of all misses; each needs the GPU
    generation_s: float = 3.0  # while a visitor and a Lambda wait
    generation_writes: int = 6  # lease, budgets, settlement
    generations_per_gpu_hour: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MillionRequestsCost:
    """USD of a million requests at one hit ratio."""

    hit_ratio: float
    edge: float
    misses: float
    gpu: float

    @property
    def total(self) -> float:
        """All of it; what runs by the hour whether asked or not is not in it."""
        return self.edge + self.misses + self.gpu


def price_edge_request(prices: ListPrices, load: RequestLoad) -> float:
    """A request through CloudFront and the edge function, without its bytes."""
    time = prices.edge_gb_s * load.edge_gb * load.edge_s
    return prices.https_request + prices.edge_request + time


def price_miss(prices: ListPrices, load: RequestLoad) -> float:
    """What the API adds, generation's waiting included, the GPU not."""
    seconds = load.miss_s + load.generated * load.generation_s
    writes = load.miss_writes + load.generated * load.generation_writes
    return (
        prices.api_request
        + prices.api_gb_s * load.api_gb * seconds
        + prices.table_write * writes
        + prices.object_read * load.miss_reads
    )


def estimate_cost(hit_ratio: float, prices: ListPrices, load: RequestLoad) -> MillionRequestsCost:
    """A million requests, `hit_ratio` of which the edge answers itself."""
    misses = MILLION * (1 - hit_ratio)
    egress = prices.egress_byte * load.body_bytes
    return MillionRequestsCost(
        hit_ratio=hit_ratio,
        edge=MILLION * (price_edge_request(prices, load) + egress),
        misses=misses * price_miss(prices, load),
        gpu=misses * load.generated * prices.gpu_hour / load.generations_per_gpu_hour,
    )


def format_table(prices: ListPrices, load: RequestLoad) -> Iterator[str]:
    """The lines of docs/deploy.md's table."""
    yield "| hit ratio | edge | API | GPU | a million requests |"
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for percent in (50, 80, 90, 95, 99, 100):
        row = estimate_cost(percent / 100, prices, load)
        yield (
            f"| {percent}% | ${row.edge:.2f} | ${row.misses:.2f} | ${row.gpu:.2f} "
            f"| ${row.total:.2f} |"
        )


if __name__ == "__main__":
    print("\n".join(format_table(ListPrices(), RequestLoad())))  # noqa: T201 the command's answer
