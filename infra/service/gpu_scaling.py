"""How many GPU tasks there are: decided here, and nowhere else.

Application Auto Scaling is the one writer of the service's desired count: the template names none,
and no function calls ECS. Work is what waits and what was turned away: keys in the queue, and
visitors who got a fallback because the GPU was cold or busy. Steps set an exact number, so that two
alarms at once cannot add up.
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

    from infra.settings import Gpu

MINUTE = Duration.minutes(1)


class GpuScaling(Construct):
    """`wake` and `sleep` are the two alarms behind the desired count."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        gpu: Gpu,
        service: ecs.BaseService,
        targets: elb.ApplicationTargetGroup,
        queue: sqs.IQueue,
        turned_away: cloudwatch.IMetric,
    ) -> None:
        super().__init__(scope, id_)
        self._count = service.auto_scale_task_count(min_capacity=0, max_capacity=gpu.most)
        work = texts_wanted(targets=targets, queue=queue, turned_away=turned_away)
        self.wake = self._wake(work)
        self.wake.add_alarm_action(self._start(gpu))
        self.sleep = self._sleep(work, gpu.idle_minutes)
        self.sleep.add_alarm_action(self._stop())

    def _wake(self, work: cloudwatch.IMetric) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Wake",
            alarm_description="There is work for a GPU: run as many tasks as it is worth.",
            metric=work,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _sleep(self, work: cloudwatch.IMetric, minutes: int) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Sleep",
            alarm_description="Nobody has asked the GPU for anything: stop the last task.",
            metric=work,
            threshold=0,
            evaluation_periods=minutes,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,  # an idle queue says nothing
        )

    def _start(self, gpu: Gpu) -> actions.ApplicationScalingAction:
        """One task for each `backlog_each` texts; bounds are counted from the threshold, 1."""
        action = self._action("Start")
        for tasks in range(1, gpu.most + 1):
            action.add_adjustment(
                adjustment=tasks,
                lower_bound=(tasks - 1) * gpu.backlog_each,
                upper_bound=tasks * gpu.backlog_each if tasks < gpu.most else None,
            )
        return actions.ApplicationScalingAction(action)

    def _stop(self) -> actions.ApplicationScalingAction:
        action = self._action("Stop")
        action.add_adjustment(adjustment=0, upper_bound=0)
        return actions.ApplicationScalingAction(action)

    def _action(self, id_: str) -> scaling.StepScalingAction:
        return scaling.StepScalingAction(
            self,
            id_,
            scaling_target=self._count,
            adjustment_type=scaling.AdjustmentType.EXACT_CAPACITY,
            cooldown=Duration.minutes(2),
            metric_aggregation_type=scaling.MetricAggregationType.MAXIMUM,
        )


def texts_wanted(
    *,
    targets: elb.ApplicationTargetGroup,
    queue: sqs.IQueue,
    turned_away: cloudwatch.IMetric,
) -> cloudwatch.MathExpression:
    """In one minute: keys that wait or are being written, requests, and visitors turned away.

    A metric without data counts as 0: balancers and idle queues publish nothing.
    """
    waiting = queue.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="max")
    written = queue.metric_approximate_number_of_messages_not_visible(
        period=MINUTE, statistic="max"
    )
    parts = {
        "waiting": waiting,
        "written": written,
        "asked": targets.metrics.request_count(period=MINUTE, statistic="sum"),
        "away": turned_away,
    }
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({name}, 0)" for name in parts),
        using_metrics=parts,
        period=MINUTE,
        label="Texts wanted a minute",
    )
