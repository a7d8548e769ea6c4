"""Metrics from the API's log: filters on the JSON lines of lambdas/api/log.py.

Filters cost nothing per request; embedded metrics in the handler would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Mapping

# An outcome may go on after its reason: `/ask` adds `; route=...` (lambdas/api/miss_handler.py).
SERVED_EVENT = '$.event = "served"'
PATTERNS = {
    "Generated": f'{{ {SERVED_EVENT} && $.outcome = "miss;*" && $.outcome = "*generated=true*" }}',
    "Found": f'{{ {SERVED_EVENT} && $.outcome = "miss;*" && $.outcome = "*generated=false*" }}',
    "Fallbacks": f'{{ {SERVED_EVENT} && $.outcome = "fallback;*" }}',
    "TurnedAway": f"{{ {SERVED_EVENT} && "
    '($.outcome = "*reason=cold*" || $.outcome = "*reason=busy*") }',
    # What a bad model causes; neither a full nor a sleeping service, nor the judge.
    "ModelFallbacks": f"{{ {SERVED_EVENT} && "
    '($.outcome = "*reason=invalid-output*" || $.outcome = "*reason=refused*"'
    ' || $.outcome = "*reason=timeout*") }',
    "Wakes": '{ $.event = "gpu woken" }',
    "GateClosed": '{ $.event = "no template" && $.reason = "no-judge" }',
    "Held": '{ $.event = "held" }',
    "Faults": '{ $.level = "critical" }',
    "Tokens": '{ $.event = "written" }',
}


class ApiMetrics(Construct):
    """Each of PATTERNS is a metric in the stage's own namespace."""

    def __init__(
        self, scope: Construct, id_: str, *, stage: str, logs: Mapping[str, logs.ILogGroup]
    ) -> None:
        super().__init__(scope, id_)
        self.namespace = f"Edgefill/{stage}"
        for source, group in logs.items():
            for name, pattern in PATTERNS.items():
                self._create_filter(f"{source}{name}", name, group, pattern)

    def build_metric(self, name: str, *, period: Duration | None = None) -> cloudwatch.Metric:
        """The sum of one metric of PATTERNS per `period` (default: a minute)."""
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            statistic="sum",
            period=period or Duration.minutes(1),
        )

    def _create_filter(self, id_: str, name: str, group: logs.ILogGroup, pattern: str) -> None:
        logs.MetricFilter(
            self,
            id_,
            log_group=group,
            filter_pattern=logs.FilterPattern.literal(pattern),
            metric_namespace=self.namespace,
            metric_name=name,
            metric_value="$.tokens" if name == "Tokens" else "1",
        )
