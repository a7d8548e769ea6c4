"""The alarms of one deployment and their meanings; docs/deploy.md says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.gpu_settings import ALARM_PERIODS
from infra.monitoring.cdn_metrics import MINUTE, build_edge_errors, build_metric

if TYPE_CHECKING:
    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_cloudwatch as cloudwatch

    from infra.monitoring.canary import SiteCanary
    from infra.service.api import MissApi
    from infra.service.batch import BatchPipeline
    from infra.service.gpu_service import GpuService
    from infra.service.wake_metrics import WakeMetrics
    from infra.store.demand import DemandStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Fires when `metric` was above `threshold` in `minutes` of the last `within` minutes.

    By default `within` is 5, or `minutes` if that is more: metrics arrive late, and one that fills
    its newest minutes with 0 would never fire if every minute counted.
    """

    name: str
    meaning: str
    metric: cloudwatch.IMetric
    threshold: float
    minutes: int = 5
    within: int = 0
    needs_data: bool = False  # True: it fires without data too

    @property
    def periods(self) -> int:
        """How many of the last minutes are looked at."""
        return self.within or max(self.minutes, ALARM_PERIODS)


def list_alarms(
    *,
    distribution: cloudfront.IDistribution,
    api: MissApi,
    demand: DemandStore,
    gpu: GpuService | None,
    wake: WakeMetrics | None,
    batch: BatchPipeline | None,
    canary: SiteCanary,
) -> list[Alarm]:
    """All alarms of one deployment; `gpu`, with `wake`, and `batch` may be absent."""
    return [
        *_list_visitor_alarms(distribution),
        _describe_canary_alarm(canary),
        *_list_api_alarms(api),
        *_list_queue_alarms(demand),
        *(_list_gpu_alarms(gpu, wake, api) if gpu and wake else ()),
        *(_list_batch_alarms(batch) if batch else ()),
    ]


def _list_visitor_alarms(distribution: cloudfront.IDistribution) -> list[Alarm]:
    return [
        Alarm(
            name="ServerErrors",
            meaning="More than 1% of all answers are 5xx: visitors see errors.",
            metric=build_metric(distribution, "5xxErrorRate", "avg"),
            threshold=1,
        ),
        Alarm(
            name="EdgeFailures",
            meaning="The edge function raises, times out or returns an invalid response.",
            metric=build_edge_errors(distribution),
            threshold=0,
            minutes=1,
        ),
    ]


def _list_api_alarms(api: MissApi) -> list[Alarm]:
    return [
        Alarm(
            name="Faults",
            meaning="The API had an unexpected error; its log has lines of level `critical`.",
            metric=api.metrics.build_metric("Faults"),
            threshold=0,
            minutes=1,
        ),
        Alarm(
            name="GateClosed",
            meaning="The judge does not answer, so no generated text can pass; see its log.",
            metric=api.metrics.build_metric("GateClosed"),
            threshold=0,
            minutes=5,
        ),
        Alarm(
            name="ApiErrors",
            meaning="The API's Lambda function fails before it can answer.",
            metric=api.function.metric_errors(period=MINUTE),
            threshold=0,
            minutes=3,
        ),
        Alarm(
            name="ApiThrottles",
            meaning="The account's concurrency is used up: misses are refused.",
            metric=api.function.metric_throttles(period=MINUTE),
            threshold=0,
            minutes=2,
        ),
    ]


def _list_queue_alarms(demand: DemandStore) -> list[Alarm]:
    return [
        Alarm(
            name="HopelessKeys",
            meaning="The dead-letter queue has keys for which every drafting attempt failed.",
            metric=demand.refused.metric_approximate_number_of_messages_visible(period=MINUTE),
            threshold=0,
            minutes=1,
        ),
        Alarm(
            name="OldestKey",
            meaning="A key has waited for an hour: the GPU does not start, or cannot keep up.",
            metric=demand.queue.metric_approximate_age_of_oldest_message(period=MINUTE),
            threshold=3600,
        ),
    ]


def _describe_canary_alarm(canary: SiteCanary) -> Alarm:
    """Two of three runs: a single request may fail by chance."""
    return Alarm(
        name="Canary",
        meaning="The smoke test from within the account fails, or does not run: a page, /ask or a "
        "refusal is wrong, or nothing is published; the canary's log has each check.",
        metric=canary.build_metric(),
        threshold=0,
        minutes=2,
        within=3,
        needs_data=True,
    )


def _list_gpu_alarms(gpu: GpuService, wake: WakeMetrics, api: MissApi) -> list[Alarm]:
    from infra.service.gpu_scaling import measure_futility  # noqa: PLC0415 it imports ECS

    return [
        Alarm(
            name="GpuUnhealthy",
            meaning="A GPU task is running but not ready.",
            metric=gpu.targets.measure("unhealthy", "max"),
            threshold=0,
            minutes=20,
        ),
        Alarm(
            name="GpuErrors",
            meaning="The GPU service answers 5xx.",
            metric=gpu.targets.measure("errors", "sum"),
            threshold=5,
        ),
        Alarm(
            name="GpuWantedNotRunning",
            meaning="A GPU task is wanted and none is ready for half an hour: no quota, no "
            "capacity, no weights, or a model that does not start; docs/deploy.md says where to "
            "look.",
            metric=measure_futility(gpu),
            threshold=0,
            minutes=30,
            within=33,
        ),
        Alarm(
            name="ModelRolledBack",
            meaning="A new version of the model was taken back: its smoke test failed, or errors "
            "or fallbacks rose. The old version is live; docs/operations.md, A bad model.",
            metric=api.metrics.build_metric("ModelRolledBack"),
            threshold=0,
            minutes=1,
        ),
        Alarm(
            name="SlowWake",
            meaning="The GPU took more than ten minutes from zero; the dashboard says which part.",
            metric=wake.build_metric("WakeTotal"),
            threshold=600,
            minutes=1,
            within=1,
        ),
    ]


def _list_batch_alarms(batch: BatchPipeline) -> list[Alarm]:
    return [
        Alarm(
            name="BatchFailed",
            meaning="A batch drafting run failed; its execution says where.",
            metric=batch.machine.metric_failed(period=MINUTE),
            threshold=0,
            minutes=1,
        )
    ]
