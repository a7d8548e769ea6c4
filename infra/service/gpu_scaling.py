"""Scales the number of GPU tasks with the work, between the wake-up and the sleep.

The API starts the first task at the first cold miss (edgefill/demand/waking.py). Three alarms set
exact numbers of tasks, so two of them at the same time cannot add up:

- `wake`: there is work; as many tasks as it needs, also when the API could not start the first one.
- `sleep`: a task was ready for `idle_minutes` and had no work; no task.
- `give_up`: tasks are wanted and none became ready for `give_up_minutes`; no task.

Metrics arrive late. An alarm that fills their newest minutes with 0 and looks at those minutes only
can stay in one state (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring, "Using metric math"),
so `wake` needs 1 of 5 minutes. CloudWatch repeats an alarm's scaling action every minute while the
alarm lasts: `sleep` and `give_up` therefore have no value, and end, while no task is ready or
wanted, so they never undo a wake-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

from infra.gpu_settings import ALARM_PERIODS

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

    from infra.gpu_settings import GpuSettings
    from infra.service.gpu_service import GpuService

MINUTE = Duration.minutes(1)
LATE_MINUTES = 3  # so many of an alarm's minutes may differ, which are then late or an exception


class GpuScaling(Construct):
    """`wake`, `sleep` and `give_up` are the alarms that set the desired count."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        gpu: GpuSettings,
        service: GpuService,
        queue: sqs.IQueue,
        turned_away: cloudwatch.IMetric,
    ) -> None:
        super().__init__(scope, id_)
        self._count = service.service.auto_scale_task_count(
            min_capacity=0, max_capacity=gpu.max_machines
        )
        work = list_work_metrics(service, queue=queue, turned_away=turned_away)
        self.wake = self._create_wake_alarm(work)
        self.wake.add_alarm_action(self._build_start_action(gpu))
        self.sleep = self._create_lasting_alarm(
            "Sleep",
            measure_idleness(service, work),
            gpu.idle_minutes,
            "A GPU task is ready and has no work: stop the last task.",
        )
        self.sleep.add_alarm_action(self._build_stop_action("Stop"))
        self.give_up = self._create_lasting_alarm(
            "GiveUp",
            measure_futility(service),
            gpu.give_up_minutes,
            "GPU tasks are wanted and none became ready: stop, the next miss tries again.",
        )
        self.give_up.add_alarm_action(self._build_stop_action("Abandon"))

    def _create_wake_alarm(self, work: dict[str, cloudwatch.IMetric]) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Wake",
            alarm_description="There is work for a GPU: run as many tasks as the work needs.",
            metric=sum_work(work),
            threshold=1,
            evaluation_periods=ALARM_PERIODS,
            datapoints_to_alarm=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _create_lasting_alarm(
        self, id_: str, metric: cloudwatch.IMetric, minutes: int, description: str
    ) -> cloudwatch.Alarm:
        """An alarm for `metric` being 1 in `minutes` minutes, of which LATE_MINUTES may be late."""
        return cloudwatch.Alarm(
            self,
            id_,
            alarm_description=description,
            metric=metric,
            threshold=1,
            evaluation_periods=minutes + LATE_MINUTES,
            datapoints_to_alarm=minutes,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
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

    def _build_stop_action(self, id_: str) -> actions.ApplicationScalingAction:
        action = self._create_scaling_action(id_)
        action.add_adjustment(adjustment=0, lower_bound=0)
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


def list_work_metrics(
    service: GpuService, *, queue: sqs.IQueue, turned_away: cloudwatch.IMetric
) -> dict[str, cloudwatch.IMetric]:
    """Texts wanted per minute: keys that wait, keys in progress, requests, visitors turned away."""
    return {
        "waiting": queue.metric_approximate_number_of_messages_visible(
            period=MINUTE, statistic="max"
        ),
        "in_progress": queue.metric_approximate_number_of_messages_not_visible(
            period=MINUTE, statistic="max"
        ),
        "requests": service.targets.measure("requests", "sum"),
        "turned_away": turned_away,
    }


def sum_work(work: dict[str, cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    """All work; a metric without data is 0, because idle load balancers and queues publish none."""
    return cloudwatch.MathExpression(
        expression=_add_up(work), using_metrics=work, period=MINUTE, label="Texts wanted a minute"
    )


def measure_idleness(
    service: GpuService, work: dict[str, cloudwatch.IMetric]
) -> cloudwatch.MathExpression:
    """1 in a minute with a ready task and no work, 0 with work; no value without a ready task."""
    ready = service.targets.measure("healthy", "max")
    return cloudwatch.MathExpression(
        expression=f"IF((ready > 0) AND (({_add_up(work)}) == 0), 1, 0)",
        using_metrics={**work, "ready": ready},
        period=MINUTE,
        label="Idle",
    )


def measure_futility(service: GpuService) -> cloudwatch.MathExpression:
    """1 in a minute in which tasks are wanted and none is ready; no value without a count."""
    ready = service.targets.measure("healthy", "max")
    return cloudwatch.MathExpression(
        expression="IF((wanted > 0) AND (FILL(ready, 0) == 0), 1, 0)",
        using_metrics={"wanted": service.build_count_metric("DesiredTaskCount"), "ready": ready},
        period=MINUTE,
        label="Wanted, none ready",
    )


def _add_up(metrics: dict[str, cloudwatch.IMetric]) -> str:
    return " + ".join(f"FILL({name}, 0)" for name in metrics)
