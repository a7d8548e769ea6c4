"""A new version of the model: how ECS brings it, what stops it, and who remembers which is live.

`edgefill model promote` reads `parameter` and starts the deployment; from then on AWS goes on
alone. `smoke_test` (lambdas/rollout/smoke_hook.py) lets ECS go on or back; `alarms` move the
traffic back; `recorder` (lambdas/rollout/live_model.py) records the live version when ECS has
finished.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.lambda_functions import (
    PYTHON,
    allow_actions,
    create_function_role,
    create_log_group,
    suppress_runtime_finding,
)
from infra.nag_suppressions import suppress_finding
from infra.rollout.alarms import create_error_alarm, create_fallback_alarm
from infra.rollout.configuration import build_canary, build_rest, build_rolling
from infra.service.gpu_targets import TEST_PORT
from infra.service.network import FUNCTIONS
from infra.store.model_store import name_live_parameter, name_rollout_parameter

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from constructs import IConstruct

    from infra.gpu_settings import GpuSettings
    from infra.monitoring.api_metrics import ApiMetrics
    from infra.service.gpu_service import GpuService
    from infra.settings import DeploymentSettings

ROLLED_BACK = '{ $.event = "model rolled back" }'


class ModelRollout(Construct):
    """`smoke_test` is None where only one version can run."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        gpu: GpuSettings,
        bundle: str,
        service: GpuService,
        vpc: ec2.IVpc,
        models: s3.Bucket,
        api: ApiMetrics,
    ) -> None:
        super().__init__(scope, id_)
        self._settings, self._gpu, self._service = settings, gpu, service
        self._code = lambda_.Code.from_asset(bundle)
        self.alarms = [create_error_alarm(self, service.targets), create_fallback_alarm(self, api)]
        self.smoke_test = self._create_smoke_test(vpc) if service.targets.testers else None
        self.recorder = self._create_recorder(api.namespace)
        self._create_rule()
        self.parameter = ssm.StringParameter(
            self,
            "Parameter",
            parameter_name=name_rollout_parameter(settings.stage),
            string_value=Stack.of(self).to_json_string(self._describe(models)),
            description="How `edgefill model promote` brings a new version of the model",
        )

    def _describe(self, models: s3.Bucket) -> dict[str, Any]:
        """What edgefill/operations/rollout/target.py reads."""
        return {
            "cluster": self._service.cluster.cluster_name,
            "service": self._service.service.service_name,
            "bucket": models.bucket_name,
            "folder": self._gpu.model_folder,
            "live_parameter": name_live_parameter(self._settings.stage),
            "instance_types": list(dict.fromkeys(each.name for each in self._gpu.types)),
            "deployment": self._build_deployment(),
            "rest": build_rest(is_double=self._gpu.runs_two_models),
        }

    def _build_deployment(self) -> dict[str, Any]:
        names = [alarm.alarm_name for alarm in self.alarms]
        if self.smoke_test is None:
            return build_rolling(names)
        role = iam.Role(self, "HookRole", assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"))
        arn = self.smoke_test.function_arn
        allow_actions(role, ("lambda:InvokeFunction",), arn)
        return build_canary(names, hook=arn, role=role.role_arn)

    def _create_smoke_test(self, vpc: ec2.IVpc) -> lambda_.Function:
        assert self._service.targets.testers is not None
        return self._create_function(
            "SmokeTest",
            "lambdas.rollout.smoke_hook.handler",
            {"EDGEFILL_ROLLOUT_URL": f"http://{self._service.host}:{TEST_PORT}"},
            timeout=Duration.minutes(10),
            vpc=vpc,
            security_groups=[self._service.targets.testers],
            vpc_subnets=ec2.SubnetSelection(subnet_group_name=FUNCTIONS),
        )

    def _create_recorder(self, namespace: str) -> lambda_.Function:
        rest = build_rest(is_double=self._gpu.runs_two_models)
        name = name_live_parameter(self._settings.stage)
        recorder = self._create_function(
            "Recorder",
            "lambdas.rollout.live_model.handler",
            {
                "EDGEFILL_ROLLOUT_CLUSTER": self._service.cluster.cluster_name,
                "EDGEFILL_ROLLOUT_SERVICE": self._service.service.service_name,
                "EDGEFILL_ROLLOUT_LIVE_PARAMETER": name,
                "EDGEFILL_ROLLOUT_REST": json.dumps(rest),
            },
            timeout=Duration.minutes(1),
        )
        service = self._service.service.service_arn
        allow_actions(recorder, ("ecs:DescribeServices", "ecs:UpdateService"), service)
        allow_actions(recorder, ("ecs:DescribeTaskDefinition",), "*")
        suppress_finding(
            cast("IConstruct", recorder.grant_principal),
            "AwsSolutions-IAM5[Resource::*]",
            "ecs:DescribeTaskDefinition supports no resource (service-authorization reference).",
        )
        parameter = Stack.of(self).format_arn(
            service="ssm", resource="parameter", resource_name=name.removeprefix("/")
        )
        allow_actions(recorder, ("ssm:GetParameter", "ssm:PutParameter"), parameter)
        self._count_rollbacks(recorder.log_group, namespace)
        return recorder

    def _create_function(
        self, id_: str, handler: str, environment: dict[str, str], **options: Any
    ) -> lambda_.Function:
        log = create_log_group(self, f"{id_}Log", self._settings)
        function = lambda_.Function(
            self,
            id_,
            runtime=PYTHON,
            architecture=lambda_.Architecture.X86_64,
            handler=handler,
            code=self._code,
            memory_size=1024,
            environment=environment,
            role=create_function_role(self, f"{id_}Role", log=log, vpc=options.get("vpc")),
            log_group=log,
            **options,
        )
        suppress_runtime_finding(function)
        return function

    def _count_rollbacks(self, log: logs.ILogGroup, namespace: str) -> None:
        logs.MetricFilter(
            self,
            "RolledBack",
            log_group=log,
            filter_pattern=logs.FilterPattern.literal(ROLLED_BACK),
            metric_namespace=namespace,
            metric_name="ModelRolledBack",
            metric_value="1",
        )

    def _create_rule(self) -> None:
        """Each deployment that ECS has finished, a rollback too.

        docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
        """
        events.Rule(
            self,
            "Finished",
            event_pattern=events.EventPattern(
                source=["aws.ecs"],
                detail_type=["ECS Deployment State Change"],
                resources=[self._service.service.service_arn],
                detail={"eventName": ["SERVICE_DEPLOYMENT_COMPLETED"]},
            ),
            targets=[targets.LambdaFunction(self.recorder)],
        )
