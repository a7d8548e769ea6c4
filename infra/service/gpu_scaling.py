"""Scales the number of GPU tasks with the work.

Application Auto Scaling is the only writer of the service's desired count: the template sets no
count, and no function calls ECS. Work is what waits and what was turned away: keys in the queue,
and visitors who got a fallback because the GPU was cold or busy. Each step sets an exact number,
so two simultaneous alarms cannot add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_elasticloadbalancingv2 as elb
    from aws_cdk import aws_sqs as sqs

    from infra.settings import GpuSettings

MINUTE = Duration.minutes(1)


class GpuScaling(Construct):
    """`wake` and `sleep` are the two alarms that set the desired count."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        gpu: GpuSettings,
        service: ecs.BaseService,
        targets: elb.ApplicationTargetGroup,
        queue: sqs.IQueue,
        turned_away: cloudwatch.IMetric,
    ) -> None:
        super().__init__(scope, id_)
        self._count = service.auto_scale_task_count(min_capacity=0, max_capacity=gpu.max_machines)
        work = measure_demand(targets=targets, queue=queue, turned_away=turned_away)
        self.wake = self._create_wake_alarm(work)
        self.wake.add_alarm_action(self._build_start_action(gpu))
        self.sleep = self._create_sleep_alarm(work, gpu.idle_minutes)
        self.sleep.add_alarm_action(self._build_stop_action())

    def _create_wake_alarm(self, work: cloudwatch.IMetric) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Wake",
            alarm_description="There is work for a GPU: run as many tasks as the work needs.",
            metric=work,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _create_sleep_alarm(self, work: cloudwatch.IMetric, minutes: int) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Sleep",
            alarm_description="There is no work for the GPU: stop the last task.",
            metric=work,
            threshold=0,
            evaluation_periods=minutes,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
            # An idle queue publishes no data.
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )

    def _build_start_action(self, gpu: GpuSettings) -> actions.ApplicationScalingAction:
        """One task per `backlog_per_machine` texts; bounds are relative to the threshold, 1."""
        action = self._create_scaling_action("Start")
        for tasks in range(1, gpu.max_machines + 1):
            action.add_adjustment(
                adjustment=tasks,
                lower_bound=(tasks - 1) * gpu.backlog_per_machine,
                upper_bound=tasks * gpu.backlog_per_machine if tasks < gpu.max_machines else None,
            )
        return actions.ApplicationScalingAction(action)

    def _build_stop_action(self) -> actions.ApplicationScalingAction:
        action = self._create_scaling_action("Stop")
        action.add_adjustment(adjustment=0, upper_bound=0)
        return actions.ApplicationScalingAction(action)

    def _create_scaling_action(self, id_: str) -> scaling.StepScalingAction:
        return scaling.StepScalingAction(
            self,
            id_,
            scaling_target=self._count,
            adjustment_type=scaling.AdjustmentType.EXACT_CAPACITY,
            cooldown=Duration.minutes(2),
            metric_aggregation_type=scaling.MetricAggregationType.MAXIMUM,
        )


def measure_demand(
    *,
    targets: elb.ApplicationTargetGroup,
    queue: sqs.IQueue,
    turned_away: cloudwatch.IMetric,
) -> cloudwatch.MathExpression:
    """Texts wanted per minute.

    The sum of the keys that wait, the keys in progress, the requests, and the visitors turned
    away. A metric without data counts as 0, because idle load balancers and queues publish none.
    """
    waiting = queue.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="max")
    in_progress = queue.metric_approximate_number_of_messages_not_visible(
        period=MINUTE, statistic="max"
    )
    metrics = {
        "waiting": waiting,
        "in_progress": in_progress,
        "requests": targets.metrics.request_count(period=MINUTE, statistic="sum"),
        "turned_away": turned_away,
    }
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({name}, 0)" for name in metrics),
        using_metrics=metrics,
        period=MINUTE,
        label="Texts wanted a minute",
    )
