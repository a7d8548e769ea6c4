"""The canary (lambdas/canary): the smoke test from within the account, every few minutes.

It is outside the VPC and asks as visitors do. Its requests are hits, so it wakes no GPU. Its tokens
are in a secret that it reads at each run; nothing else in the account has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct

from infra.lambda_functions import (
    PYTHON,
    allow_actions,
    create_function_role,
    create_log_group,
    suppress_runtime_finding,
)
from infra.nag_suppressions import suppress_finding

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings

METRIC = "CanaryFailures"  # failed checks of a run


class SiteCanary(Construct):
    """`function` tests the site at `url`; its metric is in `namespace`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        bundle: str,
        url: str,
        namespace: str,
    ) -> None:
        super().__init__(scope, id_)
        self._namespace = namespace
        self._period = Duration.minutes(settings.canary_minutes)
        environment = {"EDGEFILL_CANARY_URL": url, "EDGEFILL_CANARY_NAMESPACE": namespace}
        secret = settings.canary_tokens_secret
        if secret:
            environment["EDGEFILL_CANARY_TOKENS_SECRET"] = secret
        self.function = self._create_function(settings, bundle, environment)
        if secret:
            self._allow_reading(secret)
        events.Rule(
            self,
            "Schedule",
            schedule=events.Schedule.rate(self._period),
            targets=[targets.LambdaFunction(self.function, retry_attempts=0)],
        )

    def build_metric(self) -> cloudwatch.Metric:
        """The most failed checks of a run."""
        return cloudwatch.Metric(
            namespace=self._namespace, metric_name=METRIC, statistic="max", period=self._period
        )

    def _create_function(
        self, settings: DeploymentSettings, bundle: str, environment: dict[str, str]
    ) -> lambda_.Function:
        log = create_log_group(self, "Log", settings)
        function = lambda_.Function(
            self,
            "Function",
            runtime=PYTHON,
            architecture=lambda_.Architecture.X86_64,
            handler="lambdas.canary.handler.handler",
            code=lambda_.Code.from_asset(bundle),
            memory_size=512,
            timeout=Duration.seconds(55),  # less than the shortest time between two runs
            environment=environment,
            role=create_function_role(self, "Role", log=log),
            log_group=log,
        )
        suppress_runtime_finding(function)
        return function

    def _allow_reading(self, secret: str) -> None:
        """The secret of this name; AWS ends its ARN with six characters of its own."""
        arn = Stack.of(self).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{secret}-??????",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        allow_actions(self.function, ("secretsmanager:GetSecretValue",), arn)
        suppress_finding(
            cast("IConstruct", self.function.grant_principal),
            f"AwsSolutions-IAM5[Resource::{arn}]",
            "The six characters at the end of the secret's ARN are chosen by AWS.",
        )
