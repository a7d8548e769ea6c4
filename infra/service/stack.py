"""The service stack: the miss path, and with `settings.gpu` the GPU service and batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack

from infra.lambda_functions import create_log_group
from infra.service.api import MissApi
from infra.service.network import ServiceNetwork

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_ecs as ecs
    from constructs import Construct

    from infra.bundles.staged_bundles import DeploymentBundles
    from infra.service.batch import BatchPipeline
    from infra.service.gpu_service import GpuService
    from infra.settings import DeploymentSettings, GpuSettings
    from infra.store.stack import StoreStack


class ServiceStack(Stack):
    """`api` is the miss path; `gpu` and `batch` are None without GPUs in this deployment."""

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
        self._settings, self._store, self._bundle = settings, store, bundles.build_api(jwks)
        self.gpu: GpuService | None = None
        self.batch: BatchPipeline | None = None
        if settings.gpu is None:
            self.api = self._create_api(gpu_url=str(settings.gpu_url))
        else:
            self._create_gpu_parts(settings.gpu, context=bundles.build_gpu())

    def _create_gpu_parts(self, gpu: GpuSettings, *, context: str) -> None:
        vpc = self._create_network(gpu)
        self.gpu = self._create_gpu_service(build_gpu_image(context, "service"), vpc)
        self.api = self._create_api(gpu_url=self.gpu.url, vpc=vpc, callers=self.gpu.callers)
        self._create_scaling(gpu, self.gpu)
        self.batch = self._create_batch(build_gpu_image(context, "batch"), vpc, self.gpu)

    def _create_api(self, *, gpu_url: str, **network: Any) -> MissApi:
        return MissApi(
            self,
            "Api",
            settings=self._settings,
            bundle=self._bundle,
            bucket=self._store.store.bucket,
            demand=self._store.demand,
            gpu_url=gpu_url,
            **network,
        )

    def _create_network(self, gpu: GpuSettings) -> ec2.Vpc:
        flow_log = create_log_group(self, "FlowLog", self._settings)
        return ServiceNetwork(self, "Network", nat_gateways=gpu.nat_gateways, flow_log=flow_log).vpc

    def _create_gpu_service(self, image: ecs.ContainerImage, vpc: ec2.IVpc) -> GpuService:
        """ECS and Batch are imported only for stages with GPUs, because that takes seconds."""
        from infra.service.gpu_service import GpuService  # noqa: PLC0415

        return GpuService(
            self,
            "Gpu",
            settings=self._settings,
            image=image,
            vpc=vpc,
            log_bucket=self._store.store.logs,
        )

    def _create_scaling(self, gpu: GpuSettings, service: GpuService) -> None:
        from infra.service.gpu_scaling import GpuScaling  # noqa: PLC0415

        GpuScaling(
            self,
            "Scaling",
            gpu=gpu,
            service=service.service,
            targets=service.targets,
            queue=self._store.demand.queue,
            turned_away=self.api.metrics.build_metric("TurnedAway"),
        )

    def _create_batch(
        self, image: ecs.ContainerImage, vpc: ec2.IVpc, gpu: GpuService
    ) -> BatchPipeline:
        from infra.service.batch import BatchPipeline  # noqa: PLC0415

        return BatchPipeline(
            self,
            "Batch",
            settings=self._settings,
            image=image,
            bundle=self._bundle,
            vpc=vpc,
            bucket=self._store.store.bucket,
            models=gpu.models,
            demand=self._store.demand,
        )


def build_gpu_image(context: str, target: str) -> ecs.ContainerImage:
    """One target of gpu_service/Dockerfile; `cdk deploy` builds the image."""
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415

    return ecs.ContainerImage.from_asset(context, file="gpu_service/Dockerfile", target=target)
