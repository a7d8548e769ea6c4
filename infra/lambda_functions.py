"""What all Lambda functions share: the runtime, a log group and a role with least privilege."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from infra.nag_suppressions import suppress_finding, suppress_object_finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_s3 as s3
    from constructs import Construct, IConstruct

    from infra.settings import DeploymentSettings

PYTHON = lambda_.Runtime.PYTHON_3_13  # infra/settings.py: RUNTIME
NETWORK_INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)


def suppress_runtime_finding(function: lambda_.Function) -> None:
    """Suppress the finding that a newer Python runtime exists."""
    suppress_finding(
        function,
        "AwsSolutions-L1",
        "Lambda@Edge supports Python 3.13 at most, and one version compiles every bundle.",
    )


def create_log_group(scope: Construct, id_: str, settings: DeploymentSettings) -> logs.LogGroup:
    """A log group with the retention and removal policy of the settings."""
    return logs.LogGroup(
        scope,
        id_,
        retention=RETENTION[settings.log_days],
        removal_policy=RemovalPolicy.RETAIN if settings.keep_data else RemovalPolicy.DESTROY,
    )


def create_function_role(
    scope: Construct, id_: str, *, log: logs.ILogGroup, vpc: ec2.IVpc | None = None
) -> iam.Role:
    """A role that may write to one log group; AWS's managed policy would allow every log group.

    With a `vpc` it may also manage the network interfaces of its function.
    """
    role = iam.Role(scope, id_, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    allow_actions(role, ("logs:CreateLogStream", "logs:PutLogEvents"), log.log_group_arn)
    if vpc is not None:
        allow_actions(role, NETWORK_INTERFACES, "*")
        suppress_finding(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            "Lambda creates network interfaces whose ids are not known yet "
            "(docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html).",
        )
    return role


def allow_actions(grantee: iam.IGrantable, actions: Sequence[str], *resources: str) -> None:
    """Allow exactly these actions on exactly these resources."""
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(actions=list(actions), resources=list(resources))
    )


def allow_objects(
    grantee: iam.IGrantable, actions: Sequence[str], bucket: s3.Bucket, objects: str
) -> None:
    """Allow these actions on the objects that match one pattern, such as `t/*`."""
    allow_actions(grantee, actions, bucket.arn_for_objects(objects))
    suppress_object_finding(cast("IConstruct", grantee.grant_principal), bucket, objects)


RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}
