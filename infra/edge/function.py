"""The edge function: lambdas/edge at CloudFront's origin request, within Lambda@Edge's rules.

docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide: lambda-at-edge-function-restrictions
and cloudfront-limits. The CDK refuses environment variables and $LATEST. A violation of any other
rule (Region, runtime, architecture, layers, VPC, memory, time) is refused only by CloudFront, at
the end of a deployment. So this construct has no arguments for these, and
tests/infra/edge/test_function.py asserts each rule.
"""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.lambda_functions import PYTHON, allow_actions, suppress_runtime_finding
from infra.nag_suppressions import suppress_finding
from infra.settings import REGION

TIMEOUT_S = 5


class EdgeFunction(Construct):
    """`version` is the published version for a distribution; ValueError outside REGION."""

    def __init__(self, scope: Construct, id_: str, *, bundle: str, memory_mb: int) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        if stack.region != REGION:
            raise ValueError(f"stack {stack.stack_name}: Lambda@Edge exists only in {REGION}")
        self.function = lambda_.Function(
            self,
            "Fill",
            runtime=PYTHON,
            architecture=lambda_.Architecture.X86_64,
            handler="lambdas.edge.handler.handler",
            code=lambda_.Code.from_asset(bundle),
            memory_size=memory_mb,
            timeout=Duration.seconds(TIMEOUT_S),
            role=self._create_role(),
            # Replicas outlive the distribution by hours, and meanwhile AWS refuses to delete the
            # version (aws/aws-cdk#15010). docs/deploy.md says how to delete it later.
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        suppress_runtime_finding(self.function)
        self.version = self.function.current_version

    def _create_role(self) -> iam.Role:
        """A role that may write logs in every Region, because a replica logs in its own Region.

        AWS names the log group.
        """
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
            "A replica logs in its own Region, in a group named after this Region and function. "
            "CloudFormation generates the function's name, so using it would be circular.",
        )
        return role
