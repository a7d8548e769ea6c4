"""The dashboard: errors and hits, the edge, misses, GPU work and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.costs.prices import MILLION, ListPrices
from infra.costs.requests import RequestLoad, price_edge_request
from infra.monitoring.cdn_metrics import (
    build_edge_durations,
    build_edge_errors,
    build_metric,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_lambda as lambda_

    from infra.service.api import MissApi
    from infra.service.gpu_service import GpuService
    from infra.service.wake_metrics import WakeMetrics
    from infra.settings import DeploymentSettings
    from infra.store.demand import DemandStore

HOUR = Duration.hours(1)


class OperationsDashboard(Construct):
    """`dashboard` has one row per topic."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        distribution: cloudfront.IDistribution,
        edge: lambda_.IFunction,
        api: MissApi,
        demand: DemandStore,
        gpu: GpuService | None,
        wake: WakeMetrics | None,
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, id_)
        self._cdn, self._edge = distribution, edge
        self._api, self._demand, self._gpu = api, demand, gpu
        rows: list[list[cloudwatch.IWidget]] = [
            [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24)],
            self._build_visitor_row(),
            self._build_edge_row(),
            self._build_miss_row(),
            self._build_work_row(),
            *([self._build_wake_row(gpu, wake)] if gpu and wake else []),
            self._build_cost_row(settings),
        ]
        self.dashboard = cloudwatch.Dashboard(
            self, "Dashboard", default_interval=Duration.hours(3), widgets=rows
        )

    def _build_visitor_row(self) -> list[cloudwatch.IWidget]:
        return [
            _plot("Requests", build_metric(self._cdn, "Requests", "sum")),
            _plot("Answered without the API, %", self.build_hit_ratio(Duration.minutes(5))),
            _plot("Errors, %", build_metric(self._cdn, "4xxErrorRate", "avg"),
                   build_metric(self._cdn, "5xxErrorRate", "avg")),
        ]  # fmt: skip

    def _build_edge_row(self) -> list[cloudwatch.IWidget]:
        return [
            _plot("Edge errors", build_edge_errors(self._cdn)),
            _plot("The edge function takes, p99 ms", *build_edge_durations(self._edge)),
            _plot("At the origins, ms", build_metric(self._cdn, "OriginLatency", "p50"),
                   build_metric(self._cdn, "OriginLatency", "p99")),
        ]  # fmt: skip

    def _build_miss_row(self) -> list[cloudwatch.IWidget]:
        names = ("Generated", "Found", "Fallbacks", "TurnedAway", "Held", "GateClosed")
        return [
            _plot("Misses, by how they ended", *(self._api.metrics.build_metric(n) for n in names)),
            _plot("A miss takes, ms", self._api.function.metric_duration(statistic="p50"),
                   self._api.function.metric_duration(statistic="p99")),
        ]  # fmt: skip

    def _build_work_row(self) -> list[cloudwatch.IWidget]:
        queue = self._demand.queue
        row = [
            _plot("Keys that wait", queue.metric_approximate_number_of_messages_visible(),
                   queue.metric_approximate_age_of_oldest_message()),
            _plot("Tokens", self._api.metrics.build_metric("Tokens")),
        ]  # fmt: skip
        if self._gpu:
            row.append(
                _plot("GPU tasks and requests", self._gpu.targets.measure("healthy", "max"),
                       self._gpu.targets.measure("requests", "sum"))
            )  # fmt: skip
        return [*row]

    def _build_wake_row(self, gpu: GpuService, wake: WakeMetrics) -> list[cloudwatch.IWidget]:
        """From zero to ready: who wanted it, how long each part took, what ECS still waits for."""
        counts = ("DesiredTaskCount", "PendingTaskCount", "RunningTaskCount")
        return [
            _plot("GPU wanted by a miss", self._api.metrics.build_metric("Wakes")),
            _plot("From zero, s by part", *(wake.build_metric(name) for name in list_phases())),
            _plot("GPU tasks wanted, starting, running",
                   *(gpu.build_count_metric(name) for name in counts)),
        ]  # fmt: skip

    def _build_cost_row(self, settings: DeploymentSettings) -> list[cloudwatch.IWidget]:
        return [
            _plot("Cost of a million answers at the edge, USD", self.build_cost()),
            cloudwatch.TextWidget(
                width=16,
                height=6,
                markdown=f"**{settings.stage}**: budget {settings.budget_usd} USD a month. The "
                "graph counts requests and egress as `python -m infra.costs` does; GPU hours "
                "and fixed costs are in docs/deploy.md.",
            ),
        ]

    def build_hit_ratio(self, period: Duration) -> cloudwatch.MathExpression:
        """The share of requests that CloudFront's cache or the edge function answered, in %."""
        return cloudwatch.MathExpression(
            expression="100 * (1 - FILL(misses, 0) / requests)",
            using_metrics={
                "misses": self._api.function.metric_invocations(period=period),
                "requests": build_metric(self._cdn, "Requests", "sum").with_(period=period),
            },
            period=period,
            label="Answered without the API, %",
        )

    def build_cost(self) -> cloudwatch.MathExpression:
        """USD per million requests: CloudFront, the edge function and egress."""
        prices = ListPrices()
        each = MILLION * price_edge_request(prices, RequestLoad())
        byte = MILLION * prices.egress_byte
        return cloudwatch.MathExpression(
            expression=f"{each:.4f} + {byte:.6f} * sent / asked",
            using_metrics={
                "sent": build_metric(self._cdn, "BytesDownloaded", "sum").with_(period=HOUR),
                "asked": build_metric(self._cdn, "Requests", "sum").with_(period=HOUR),
            },
            period=HOUR,
            label="USD a million",
        )


def list_phases() -> tuple[str, ...]:
    """The metrics of the parts of a wake-up, in their order."""
    from infra.service.wake_metrics import PHASES  # noqa: PLC0415 it is for stages with GPUs

    return PHASES


def _plot(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, height=6)
