"""The metrics of CloudFront and of the edge function's replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.settings import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_lambda as lambda_

MINUTE = Duration.minutes(1)
# Origin triggers run in the Regions of regional edge caches (aws.amazon.com/cloudfront/features).
REPLICAS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "sa-east-1",
    "eu-central-1", "eu-west-1", "eu-west-2",
    "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
)  # fmt: skip


def build_metric(
    distribution: cloudfront.IDistribution, name: str, statistic: str
) -> cloudwatch.Metric:
    """One of CloudFront's metrics; AWS stores them in us-east-1 with the Region `Global`.

    docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
    """
    return cloudwatch.Metric(
        namespace="AWS/CloudFront",
        metric_name=name,
        dimensions_map={"DistributionId": distribution.distribution_id, "Region": "Global"},
        statistic=statistic,
        period=MINUTE,
    )


def build_edge_errors(distribution: cloudfront.IDistribution) -> cloudwatch.MathExpression:
    """Failed executions, invalid responses and exceeded limits of the edge function per minute."""
    names = {
        "raised": "LambdaExecutionError",
        "invalid": "LambdaValidationError",
        "limited": "LambdaLimitExceededError",
    }
    metrics = {key: build_metric(distribution, name, "sum") for key, name in names.items()}
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({key}, 0)" for key in metrics),
        using_metrics=metrics,
        period=MINUTE,
        label="Edge errors",
    )


def build_edge_durations(edge: lambda_.IFunction) -> Iterator[cloudwatch.Metric]:
    """The edge function's duration in ms, 99th percentile, in each Region that runs it.

    A replica has its metrics and logs in its own Region, under the name of the home Region and
    the function (aws.amazon.com/blogs/mt: building-a-central-amazon-cloudwatch-dashboard-...).
    """
    for region in REPLICAS:
        yield cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name="Duration",
            dimensions_map={"FunctionName": f"{REGION}.{edge.function_name}"},
            statistic="p99",
            period=MINUTE,
            region=region,
            label=region,
        )
