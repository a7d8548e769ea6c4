"""What is watched, and what it means when it rings. docs/deploy.md says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.monitoring.cdn_metrics import MINUTE, cdn, edge_errors

if TYPE_CHECKING:
    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_cloudwatch as cloudwatch

    from infra.service.api import Api
    from infra.service.batch import Batch
    from infra.service.gpu_service import GpuService
    from infra.store.demand import Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Rings when `metric` stays above `above` for `minutes`."""

    name: str
    meaning: str
    metric: cloudwatch.IMetric
    above: float
    minutes: int = 5


def watches(
    distribution: cloudfront.IDistribution,
    api: Api,
    demand: Demand,
    gpu: GpuService | None,
    batch: Batch | None,
) -> list[Watch]:
    """Everything that is watched in one deployment."""
    return [
        *_visitors(distribution),
        *_api(api),
        *_queue(demand),
        *(_gpu(gpu) if gpu else ()),
        *(_batch(batch) if batch else ()),
    ]


def _visitors(distribution: cloudfront.IDistribution) -> list[Watch]:
    return [
        Watch(
            name="ServerErrors",
            meaning="More than 1% of all answers are 5xx: visitors see errors.",
            metric=cdn(distribution, "5xxErrorRate", "avg"),
            above=1,
        ),
        Watch(
            name="EdgeFailures",
            meaning="The edge function raises, times out or answers what CloudFront refuses.",
            metric=edge_errors(distribution),
            above=0,
            minutes=2,
        ),
    ]


def _api(api: Api) -> list[Watch]:
    return [
        Watch(
            name="Faults",
            meaning="The API fell over its own feet; its log has `critical` lines.",
            metric=api.metrics.metric("Faults"),
            above=0,
            minutes=1,
        ),
        Watch(
            name="ApiErrors",
            meaning="The API's Lambda fails before it can answer.",
            metric=api.function.metric_errors(period=MINUTE),
            above=0,
            minutes=3,
        ),
        Watch(
            name="ApiThrottles",
            meaning="The account's concurrency is used up: misses are refused.",
            metric=api.function.metric_throttles(period=MINUTE),
            above=0,
            minutes=2,
        ),
    ]


def _queue(demand: Demand) -> list[Watch]:
    return [
        Watch(
            name="HopelessKeys",
            meaning="Keys that no try could write a template for lie in the dead-letter queue.",
            metric=demand.refused.metric_approximate_number_of_messages_visible(period=MINUTE),
            above=0,
            minutes=1,
        ),
        Watch(
            name="OldestKey",
            meaning="A key has waited an hour: the GPU does not come up, or cannot keep up.",
            metric=demand.queue.metric_approximate_age_of_oldest_message(period=MINUTE),
            above=3600,
        ),
    ]


def _gpu(gpu: GpuService) -> list[Watch]:
    return [
        Watch(
            name="GpuUnhealthy",
            meaning="A GPU task runs and is not ready.",
            metric=gpu.targets.metrics.unhealthy_host_count(period=MINUTE),
            above=0,
            minutes=20,
        ),
        Watch(
            name="GpuErrors",
            meaning="The GPU service answers 5xx.",
            metric=gpu.target_errors(),
            above=5,
        ),
    ]


def _batch(batch: Batch) -> list[Watch]:
    return [
        Watch(
            name="BatchFailed",
            meaning="A run of the template factory failed; its execution says where.",
            metric=batch.machine.metric_failed(period=MINUTE),
            above=0,
            minutes=1,
        )
    ]
