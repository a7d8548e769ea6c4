"""The service stack: the miss path, and with `settings.gpu` the GPU service and batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ssm as ssm

from infra.gpu_types import QUOTA_CODES
from infra.lambda_functions import create_log_group
from infra.service.api import MissApi
from infra.service.network import ServiceNetwork
from infra.store.model_store import name_live_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.bundles.staged_bundles import DeploymentBundles
    from infra.gpu_settings import GpuSettings
    from infra.service.batch import BatchPipeline
    from infra.service.gpu_service import GpuService
    from infra.service.wake_metrics import WakeMetrics
    from infra.settings import DeploymentSettings
    from infra.store.stack import StoreStack


class ServiceStack(Stack):
    """`api` is the miss path, `bundle` the folder with its code and that of other functions.

    The others are None without GPUs in this deployment.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        bundles: DeploymentBundles,
        jwks: Mapping[str, Any],
        store: StoreStack,
        **place: Any,
    ) -> None:
        super().__init__(scope, id_, **place)
        self._settings, self._store, self.bundle = settings, store, bundles.build_api(jwks)
        self.gpu: GpuService | None = None
        self.batch: BatchPipeline | None = None
        self.wake_metrics: WakeMetrics | None = None
        if settings.gpu is None:
            self.api = self._create_api(gpu_url=str(settings.gpu_url))
        else:
            gpu = self._choose_live_model(settings.gpu)
            self._settings = replace(settings, gpu=gpu)
            self._create_gpu_parts(gpu, bundles)

    def _choose_live_model(self, gpu: GpuSettings) -> GpuSettings:
        """The settings with the version that is live when CloudFormation deploys.

        So a deployment of other changes keeps the model that `edgefill model promote` made live.
        """
        name = name_live_parameter(self._settings.stage)
        version = ssm.StringParameter.value_for_string_parameter(self, name)
        return replace(gpu, model=f"{gpu.model_folder}/{version}")

    def _create_gpu_parts(self, gpu: GpuSettings, bundles: DeploymentBundles) -> None:
        assert self._store.models is not None
        vpc, models = self._create_network(gpu), self._store.models
        self.gpu = self._create_gpu_service(gpu, build_image(bundles.build_gpu()), vpc, models)
        self.api = self._create_api(
            gpu_url=self.gpu.url, gpu=self.gpu, vpc=vpc, callers=self.gpu.callers
        )
        self._create_scaling(gpu, self.gpu)
        self._create_rollout(gpu, self.gpu, vpc, models)
        self.wake_metrics = self._create_wake_metrics(self.gpu)
        self.batch = self._create_batch(build_image(bundles.build_batch()), vpc, models)
        self._describe_quotas(gpu)

    def _create_api(self, *, gpu_url: str, **network: Any) -> MissApi:
        return MissApi(
            self,
            "Api",
            settings=self._settings,
            bundle=self.bundle,
            bucket=self._store.store.bucket,
            demand=self._store.demand,
            question_key=self._store.question_key.secret_value,
            gpu_url=gpu_url,
            **network,
        )

    def _create_network(self, gpu: GpuSettings) -> ec2.Vpc:
        flow_log = create_log_group(self, "FlowLog", self._settings)
        return ServiceNetwork(
            self,
            "Network",
            nat_gateways=gpu.nat_gateways,
            zones=gpu.zones,
            flow_log=flow_log,
        ).vpc

    def _create_gpu_service(
        self, gpu: GpuSettings, image: ecs.ContainerImage, vpc: ec2.IVpc, models: s3.Bucket
    ) -> GpuService:
        """ECS and Batch are imported only for stages with GPUs, because that takes seconds."""
        from infra.service.gpu_service import GpuService  # noqa: PLC0415

        return GpuService(
            self,
            "Gpu",
            settings=self._settings,
            gpu=gpu,
            image=image,
            vpc=vpc,
            models=models,
            log_bucket=self._store.store.logs,
        )

    def _create_scaling(self, gpu: GpuSettings, service: GpuService) -> None:
        from infra.service.gpu_scaling import GpuScaling  # noqa: PLC0415

        GpuScaling(
            self,
            "Scaling",
            gpu=gpu,
            service=service,
            queue=self._store.demand.queue,
            turned_away=self.api.metrics.build_metric("TurnedAway"),
        )

    def _create_rollout(
        self, gpu: GpuSettings, service: GpuService, vpc: ec2.IVpc, models: s3.Bucket
    ) -> None:
        from infra.rollout.model_rollout import ModelRollout  # noqa: PLC0415

        ModelRollout(
            self,
            "Rollout",
            settings=self._settings,
            gpu=gpu,
            bundle=self.bundle,
            service=service,
            vpc=vpc,
            models=models,
            api=self.api.metrics,
        )

    def _create_wake_metrics(self, service: GpuService) -> WakeMetrics:
        from infra.service.wake_metrics import WakeMetrics  # noqa: PLC0415

        return WakeMetrics(
            self,
            "WakeMetrics",
            settings=self._settings,
            bundle=self.bundle,
            gpu=service,
            namespace=self.api.metrics.namespace,
        )

    def _create_batch(
        self, image: ecs.ContainerImage, vpc: ec2.IVpc, models: s3.Bucket
    ) -> BatchPipeline:
        """ECS is imported as above."""
        from infra.service.batch import BatchPipeline  # noqa: PLC0415

        return BatchPipeline(
            self,
            "Batch",
            settings=self._settings,
            image=image,
            bundle=self.bundle,
            vpc=vpc,
            bucket=self._store.store.bucket,
            models=models,
            demand=self._store.demand,
        )

    def _describe_quotas(self, gpu: GpuSettings) -> None:
        """Say how to read and raise the quotas that limit the machines, 0 in a new account."""
        vcpus: dict[str, int] = {}
        for each in gpu.capacity:
            code = QUOTA_CODES[each.type.quota_family, each.spot]
            machines = gpu.most_machines + gpu.max_batch_machines
            vcpus[code] = max(vcpus.get(code, 0), machines * each.type.vcpus)
        for code, count in vcpus.items():
            request = "aws service-quotas request-service-quota-increase --service-code ec2"
            CfnOutput(
                self,
                f"MissingQuota{code.replace('-', '')}",
                value=f"{request} --quota-code {code} --desired-value {count}",
                description="Until this quota allows the machines no text is generated and "
                "visitors get fallbacks; read it with: aws service-quotas get-service-quota "
                f"--service-code ec2 --quota-code {code}",
            )


def build_image(context: str) -> ecs.ContainerImage:
    """The image of gpu_service/Dockerfile; `cdk deploy` builds it, on an Arm laptop too."""
    from aws_cdk import aws_ecr_assets as ecr_assets  # noqa: PLC0415
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415

    return ecs.ContainerImage.from_asset(
        context, file="gpu_service/Dockerfile", platform=ecr_assets.Platform.LINUX_AMD64
    )
