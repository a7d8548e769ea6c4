"""The edge function: lambdas/edge at CloudFront's origin-request, within Lambda@Edge's rules.

docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide: lambda-at-edge-function-restrictions
and cloudfront-limits. CDK refuses environment variables and $LATEST there; the rest (Region,
runtime, architecture, layers, VPC, memory, time) only CloudFront would, at the end of a deployment.
So this construct takes none of them, and tests/infra/edge/test_function.py asserts each.
"""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.functions import PYTHON, allow_actions, suppress_runtime_finding
from infra.nag_suppressions import suppress_finding
from infra.settings import REGION

MEMORY_MB = 128  # of AWS's conflicting pages the smaller number holds everywhere
TIMEOUT_S = 5


class EdgeFunction(Construct):
    """`version` is what a distribution is given; ValueError outside REGION."""

    def __init__(self, scope: Construct, id_: str, *, bundle: str) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        if stack.region != REGION:
            raise ValueError(f"stack {stack.stack_name}: Lambda@Edge lives in {REGION} alone")
        self.function = lambda_.Function(
            self,
            "Fill",
            runtime=PYTHON,
            architecture=lambda_.Architecture.X86_64,
            handler="lambdas.edge.handler.handler",
            code=lambda_.Code.from_asset(bundle),
            memory_size=MEMORY_MB,
            timeout=Duration.seconds(TIMEOUT_S),
            role=self._create_role(),
            # Replicas outlive the distribution by hours and keep a version from being deleted
            # (aws/aws-cdk#15010): leave it behind, docs/deploy.md sweeps it.
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        suppress_runtime_finding(self.function)
        self.version = self.function.current_version

    def _create_role(self) -> iam.Role:
        """Logs land in whichever Region a visitor is near, in a group that AWS names."""
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.CompositePrincipal(
                iam.ServicePrincipal("lambda.amazonaws.com"),
                iam.ServicePrincipal("edgelambda.amazonaws.com"),
            ),
        )
        everywhere = f"arn:aws:logs:*:{Stack.of(self).account}:log-group:/aws/lambda/{REGION}.*"
        allow_actions(
            role, ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"), everywhere
        )
        suppress_finding(
            role,
            f"AwsSolutions-IAM5[Resource::{everywhere}]",
            "A replica logs in its own Region, under this Region's name and the function's, which "
            "CloudFormation makes up; naming it here would be a circle.",
        )
        return role
