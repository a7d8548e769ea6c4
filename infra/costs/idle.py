"""What one stage costs in a month in which nobody asks for anything, and each wake-up besides.

Counted from the settings, with the same conditions as in the stacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.costs.prices import HOURS, ListPrices
from infra.costs.requests import RequestLoad, price_edge_request

if TYPE_CHECKING:
    from infra.gpu_settings import GpuSettings
    from infra.settings import DeploymentSettings

ENDPOINT_ZONES = 3  # SQS in two zones, ECS in one (infra/service/network.py)
CDN_METRICS = 8  # CloudFront's additional metrics of one distribution
FIREWALL_RULES = 2
SECRETS = 2  # the API's pepper and the key of free questions
# Metrics that alarms read. tests/infra/costs counts them in the templates.
ALARM_METRICS = {False: 11, True: 42}
DISK_GB, DISK_MB_PER_S, FREE_MB_PER_S = 200, 500, 125  # infra/service/gpu_machines.py
CANARY_REQUESTS, CANARY_S, CANARY_GB = 8, 2.0, 0.5  # of a run
# From the miss that wakes the GPU to its first text, and ECS's wait before it stops a machine.
WAKE_MINUTES, ECS_IDLE_MINUTES = 5, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyCost:
    """USD a month for one item."""

    item: str
    usd: float


def list_idle_costs(settings: DeploymentSettings, prices: ListPrices) -> Iterator[MonthlyCost]:
    """Every item that a stage pays for without requests, 0 for what it does not have."""
    gpu = settings.gpu
    has_gpu = gpu is not None
    rules = FIREWALL_RULES * prices.firewall_rule_month
    items = {
        "load balancer": prices.balancer_hour * HOURS * has_gpu,
        "endpoints of SQS and ECS": prices.endpoint_hour * HOURS * ENDPOINT_ZONES * has_gpu,
        "NAT gateways, with their addresses": _price_nat(gpu, prices),
        "disks of warm machines": _price_disks(gpu, prices),
        "WAF": (prices.firewall_month + rules) * bool(settings.requests_per_5_minutes),
        "CloudFront's additional metrics": (
            CDN_METRICS * prices.metric_month * settings.detailed_metrics
        ),
        "alarms": prices.alarm_metric_month * ALARM_METRICS[has_gpu],
        "dashboard": prices.dashboard_month,
        "canary": price_canary(settings, prices),
        "secrets": SECRETS * prices.secret_month,
    }
    for item, usd in items.items():
        yield MonthlyCost(item=item, usd=usd)


def price_canary(settings: DeploymentSettings, prices: ListPrices) -> float:
    """USD a month for its runs, its requests as a visitor and its metric."""
    runs = HOURS * 60 / settings.canary_minutes
    load = RequestLoad()
    run = prices.api_request + prices.api_gb_s * CANARY_GB * CANARY_S
    request = price_edge_request(prices, load) + prices.egress_byte * load.body_bytes
    tokens = prices.secret_month if settings.canary_tokens_secret else 0.0
    return runs * (run + CANARY_REQUESTS * request) + prices.metric_month + tokens


def price_wake(gpu: GpuSettings, prices: ListPrices) -> float:
    """USD for waking the GPU once: its start, the idle minutes, and ECS's own wait."""
    minutes = WAKE_MINUTES + gpu.idle_minutes + ECS_IDLE_MINUTES
    return prices.gpu_hour * minutes / 60


def _price_nat(gpu: GpuSettings | None, prices: ListPrices) -> float:
    count = gpu.nat_gateways if gpu else 0
    return count * (prices.nat_hour + prices.address_hour) * HOURS


def _price_disks(gpu: GpuSettings | None, prices: ListPrices) -> float:
    throughput = (DISK_MB_PER_S - FREE_MB_PER_S) * prices.disk_mb_per_s_month
    machines = gpu.warm_machines * len(gpu.capacity) if gpu else 0
    return machines * (DISK_GB * prices.disk_gb_month + throughput)
