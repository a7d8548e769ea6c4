"""The alarms that end a rollout: errors of one version's tasks, and fallbacks that a model causes.

They go off between rollouts too, and then change nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

if TYPE_CHECKING:
    from constructs import Construct

    from infra.monitoring.api_metrics import ApiMetrics
    from infra.service.gpu_targets import GpuTargets

ERROR_PERCENT = 5
# A new version with a tenth of the traffic that always fails adds ten points to the whole.
FALLBACK_PERCENT = 8
MIN_TEXTS = 10  # in five minutes; fewer say nothing


def create_error_alarm(scope: Construct, targets: GpuTargets) -> cloudwatch.Alarm:
    """5xx of one version's own tasks, in two of five minutes."""
    meaning = f"More than {ERROR_PERCENT}% of a model's answers are 5xx; ends a rollout."
    return _create_alarm(
        scope, "Errors", meaning, targets.measure_errors(), ERROR_PERCENT, periods=(2, 5)
    )


def create_fallback_alarm(scope: Construct, api: ApiMetrics) -> cloudwatch.Alarm:
    """Texts that fail by the model, of all that visitors and the queue wanted."""
    names = {"failed": "ModelFallbacks", "generated": "Generated"}
    total = "(FILL(failed, 0) + FILL(generated, 0))"
    period = Duration.minutes(5)
    share = cloudwatch.MathExpression(
        expression=f"IF({total} >= {MIN_TEXTS}, 100 * FILL(failed, 0) / {total}, 0)",
        using_metrics={key: api.build_metric(name, period=period) for key, name in names.items()},
        period=period,
        label="Fallbacks of the model, %",
    )
    meaning = f"More than {FALLBACK_PERCENT}% of the texts fail by the model; ends a rollout."
    return _create_alarm(scope, "Fallbacks", meaning, share, FALLBACK_PERCENT, periods=(1, 3))


def _create_alarm(
    scope: Construct,
    id_: str,
    meaning: str,
    metric: cloudwatch.IMetric,
    threshold: float,
    *,
    periods: tuple[int, int],
) -> cloudwatch.Alarm:
    """An alarm for so many periods above `threshold`, of so many of the last ones."""
    return cloudwatch.Alarm(
        scope,
        id_,
        alarm_description=meaning,
        metric=metric,
        threshold=threshold,
        datapoints_to_alarm=periods[0],
        evaluation_periods=periods[1],
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
