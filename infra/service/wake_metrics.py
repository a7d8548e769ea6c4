"""Metrics of every part of the GPU's way from zero, in seconds.

Wakes                                 the API has wanted a task (edgefill/demand/waking.py)
WakeMachine, WakeImage, WakeModel     ECS's event of the running task, by lambdas/wake/phases.py
WakeTotal                             their sum
WakeWeights, WakeWarmUp               two parts of WakeModel, from vLLM's log
WakeReady                             the service's own start, from its log; then `/ready` is 200
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.lambda_functions import (
    PYTHON,
    create_function_role,
    create_log_group,
    suppress_runtime_finding,
)

if TYPE_CHECKING:
    from infra.service.gpu_service import GpuService
    from infra.settings import DeploymentSettings

PHASES = ("WakeMachine", "WakeImage", "WakeModel", "WakeWeights", "WakeWarmUp", "WakeReady")
# Lines of vLLM 0.32, by their last words: an ellipsis stands for any words before them
# (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html).
LOG_LINES = {
    # v1/worker/gpu_model_runner.py: Model loading took 7.6 GiB memory and 9.1 seconds
    "WakeWeights": '[..., a="Model", b="loading", c="took", gib, d="GiB", e="memory", f="and", '
    'seconds, g="seconds"]',
    # v1/engine/core.py: init engine (...) took 61.2 s (compilation: 40.1 s)
    "WakeWarmUp": '[..., a="took", seconds, b="s", c="(compilation:", compiled, d="s)"]',
}
READY_PATTERN = '{ $.event = "ready" && $.seconds = * }'


class WakeMetrics(Construct):
    """The metrics are in the stage's namespace; `build_metric` reads one."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        bundle: str,
        gpu: GpuService,
        namespace: str,
    ) -> None:
        super().__init__(scope, id_)
        self._namespace = namespace
        self.function = self._create_function(settings, bundle)
        self._create_rule(gpu)
        for name, pattern in LOG_LINES.items():
            self._create_filter(name, gpu.log, pattern, "$seconds")
        self._create_filter("WakeReady", gpu.log, READY_PATTERN, "$.seconds")

    def build_metric(self, name: str) -> cloudwatch.Metric:
        """The longest of one phase, or WakeTotal, in five minutes."""
        return cloudwatch.Metric(
            namespace=self._namespace,
            metric_name=name,
            statistic="max",
            period=Duration.minutes(5),
        )

    def _create_function(self, settings: DeploymentSettings, bundle: str) -> lambda_.Function:
        log = create_log_group(self, "Log", settings)
        function = lambda_.Function(
            self,
            "Phases",
            runtime=PYTHON,
            handler="lambdas.wake.phases.handler",
            code=lambda_.Code.from_asset(bundle),
            memory_size=128,
            timeout=Duration.seconds(10),
            environment={"EDGEFILL_WAKE_NAMESPACE": self._namespace},
            role=create_function_role(self, "Role", log=log),
            log_group=log,
        )
        suppress_runtime_finding(function)
        return function

    def _create_rule(self, gpu: GpuService) -> None:
        """Each task whose containers all run; a repeated event has the same times."""
        events.Rule(
            self,
            "Running",
            event_pattern=events.EventPattern(
                source=["aws.ecs"],
                detail_type=["ECS Task State Change"],
                detail={
                    "clusterArn": [gpu.cluster.cluster_arn],
                    "lastStatus": ["RUNNING"],
                    "desiredStatus": ["RUNNING"],
                },
            ),
            targets=[targets.LambdaFunction(self.function)],
        )

    def _create_filter(self, name: str, log: logs.ILogGroup, pattern: str, value: str) -> None:
        logs.MetricFilter(
            self,
            name,
            log_group=log,
            filter_pattern=logs.FilterPattern.literal(pattern),
            metric_namespace=self._namespace,
            metric_name=name,
            metric_value=value,
        )
