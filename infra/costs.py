"""`python -m infra.costs`: what a million requests cost, by hit ratio; docs/deploy.md has its table.

List prices in USD of us-east-1 and the first tier, as AWS's pages said in 2026 (docs/deploy.md
names them); no free tier, no tax. What is measured and what is assumed stands in `Load`.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000
GB = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """USD for one of each."""

    https_request: float = 1.00 / MILLION  # CloudFront
    egress_byte: float = 0.085 / GB  # CloudFront to the internet
    edge_request: float = 0.60 / MILLION  # Lambda@Edge
    edge_gb_s: float = 0.00005001
    edge_gb: float = 0.125  # 128 MB
    edge_s: float = 0.005
    api_request: float = 0.20 / MILLION  # Lambda
    api_gb_s: float = 0.0000166667
    table_write: float = 0.625 / MILLION  # DynamoDB on demand
    object_read: float = 0.40 / MILLION  # S3 GET
    object_write: float = 5.00 / MILLION  # S3 PUT
    gpu_hour: float = 0.8048  # g6.xlarge, on demand
    edge_time_given: float | None = None

    @property
    def edge_time(self) -> float:
        """One invocation of the edge function, by 1 ms."""
        return self.edge_gb_s * self.edge_gb * self.edge_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one request is assumed to be."""

    body_bytes: int = 8_000
    api_s: float = 0.15  # a miss that finds its template in the overlay
    api_gb: float = 1.0
    generated: float = 0.01  # of all misses; each other one finds what an earlier one wrote
    generation_s: float = 2.0  # a visitor's wait for the GPU
    templates_per_gpu_hour: int = 3_600


PRICES = Prices()
