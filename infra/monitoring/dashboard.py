"""The dashboard: what visitors get, where it comes from, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.costs import MILLION, Load, Prices, per_edge_request
from infra.monitoring.cdn_metrics import cdn, edge_durations, edge_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_lambda as lambda_

    from infra.service.api import Api
    from infra.service.gpu_service import GpuService
    from infra.settings import Settings
    from infra.store.demand import Demand

HOUR = Duration.hours(1)


class Board(Construct):
    """`dashboard`, one row for each question."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        distribution: cloudfront.IDistribution,
        edge: lambda_.IFunction,
        api: Api,
        demand: Demand,
        gpu: GpuService | None,
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, id_)
        self._cdn, self._edge = distribution, edge
        self._api, self._demand, self._gpu = api, demand, gpu
        rows: list[list[cloudwatch.IWidget]] = [
            [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24)],
            self._visitors(),
            self._at_the_edge(),
            self._misses(),
            self._work(),
            self._cost(settings),
        ]
        self.dashboard = cloudwatch.Dashboard(
            self, "Dashboard", default_interval=Duration.hours(3), widgets=rows
        )

    def _visitors(self) -> list[cloudwatch.IWidget]:
        return [
            _graph("Requests", cdn(self._cdn, "Requests", "sum")),
            _graph("Answered without the API, %", self.hit_ratio(Duration.minutes(5))),
            _graph("Errors, %", cdn(self._cdn, "4xxErrorRate", "avg"),
                   cdn(self._cdn, "5xxErrorRate", "avg")),
        ]  # fmt: skip

    def _at_the_edge(self) -> list[cloudwatch.IWidget]:
        return [
            _graph("Edge errors", edge_errors(self._cdn)),
            _graph("The edge function takes, p99 ms", *edge_durations(self._edge)),
            _graph("At the origins, ms", cdn(self._cdn, "OriginLatency", "p50"),
                   cdn(self._cdn, "OriginLatency", "p99")),
        ]  # fmt: skip

    def _misses(self) -> list[cloudwatch.IWidget]:
        names = ("Generated", "Found", "Fallbacks", "TurnedAway")
        return [
            _graph("Misses, by how they ended", *(self._api.metrics.metric(n) for n in names)),
            _graph("A miss takes, ms", self._api.function.metric_duration(statistic="p50"),
                   self._api.function.metric_duration(statistic="p99")),
        ]  # fmt: skip

    def _work(self) -> list[cloudwatch.IWidget]:
        queue = self._demand.queue
        row = [
            _graph("Keys that wait", queue.metric_approximate_number_of_messages_visible(),
                   queue.metric_approximate_age_of_oldest_message()),
            _graph("Tokens", self._api.metrics.metric("Tokens")),
        ]  # fmt: skip
        if self._gpu:
            row.append(
                _graph("GPU tasks and requests", self._gpu.targets.metrics.healthy_host_count(),
                       self._gpu.targets.metrics.request_count())
            )  # fmt: skip
        return [*row]

    def _cost(self, settings: Settings) -> list[cloudwatch.IWidget]:
        return [
            _graph("Cost of a million answers at the edge, USD", self.cost_per_million()),
            cloudwatch.TextWidget(
                width=16,
                height=6,
                markdown=f"**{settings.stage}**: budget {settings.budget_usd} USD a month. The "
                "graph counts requests and egress as `python -m infra.costs` does; GPU hours "
                "and fixed costs are in docs/deploy.md.",
            ),
        ]

    def hit_ratio(self, period: Duration) -> cloudwatch.MathExpression:
        """The share of requests that never came to the API: CloudFront's cache and the edge."""
        return cloudwatch.MathExpression(
            expression="100 * (1 - FILL(misses, 0) / requests)",
            using_metrics={
                "misses": self._api.function.metric_invocations(period=period),
                "requests": cdn(self._cdn, "Requests", "sum").with_(period=period),
            },
            period=period,
            label="Answered without the API, %",
        )

    def cost_per_million(self) -> cloudwatch.MathExpression:
        """Every request pays CloudFront and the edge function; every byte out pays egress."""
        prices = Prices()
        each = MILLION * per_edge_request(prices, Load())
        byte = MILLION * prices.egress_byte
        return cloudwatch.MathExpression(
            expression=f"{each:.4f} + {byte:.6f} * sent / asked",
            using_metrics={
                "sent": cdn(self._cdn, "BytesDownloaded", "sum").with_(period=HOUR),
                "asked": cdn(self._cdn, "Requests", "sum").with_(period=HOUR),
            },
            period=HOUR,
            label="USD a million",
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, height=6)
