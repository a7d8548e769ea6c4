"""The service's stack: the miss path, and with `settings.gpu` the machines that write templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack

from infra.functions import log_group
from infra.service.api import Api
from infra.service.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_ecs as ecs
    from constructs import Construct

    from infra.bundles.staged import Bundles
    from infra.service.batch import Batch
    from infra.service.gpu_service import GpuService
    from infra.settings import Gpu, Settings
    from infra.store.stack import StoreStack


class ServiceStack(Stack):
    """`api` always, `gpu` and `batch` where this deployment has GPUs of its own."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        bundles: Bundles,
        jwks: Mapping[str, Any],
        store: StoreStack,
        **place: Any,
    ) -> None:
        super().__init__(scope, id_, **place)
        self._settings, self._store, self._bundle = settings, store, bundles.api(jwks)
        self.gpu: GpuService | None = None
        self.batch: Batch | None = None
        if settings.gpu is None:
            self.api = self._api(gpu_url=str(settings.gpu_url))
        else:
            self._with_gpu(settings.gpu, context=bundles.gpu())

    def _with_gpu(self, gpu: Gpu, *, context: str) -> None:
        vpc = self._network(gpu)
        self.gpu = self._gpu_service(image(context, "service"), vpc)
        self.api = self._api(gpu_url=self.gpu.url, vpc=vpc, callers=self.gpu.callers)
        self._scale(gpu, self.gpu)
        self.batch = self._batch(image(context, "batch"), vpc, self.gpu)

    def _api(self, *, gpu_url: str, **network: Any) -> Api:
        return Api(
            self,
            "Api",
            settings=self._settings,
            bundle=self._bundle,
            bucket=self._store.store.bucket,
            demand=self._store.demand,
            gpu_url=gpu_url,
            **network,
        )

    def _network(self, gpu: Gpu) -> ec2.Vpc:
        rejected = log_group(self, "FlowLog", self._settings)
        return Network(self, "Network", nat_gateways=gpu.nat_gateways, flow_log=rejected).vpc

    def _gpu_service(self, image: ecs.ContainerImage, vpc: ec2.IVpc) -> GpuService:
        """ECS and Batch are imported where there are GPUs alone: that takes seconds."""
        from infra.service.gpu_service import GpuService  # noqa: PLC0415

        return GpuService(
            self,
            "Gpu",
            settings=self._settings,
            image=image,
            vpc=vpc,
            log_bucket=self._store.store.logs,
        )

    def _scale(self, gpu: Gpu, service: GpuService) -> None:
        from infra.service.gpu_scaling import GpuScaling  # noqa: PLC0415

        GpuScaling(
            self,
            "Scaling",
            gpu=gpu,
            service=service.service,
            targets=service.targets,
            queue=self._store.demand.queue,
            turned_away=self.api.metrics.metric("TurnedAway"),
        )

    def _batch(self, image: ecs.ContainerImage, vpc: ec2.IVpc, gpu: GpuService) -> Batch:
        from infra.service.batch import Batch  # noqa: PLC0415

        return Batch(
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


def image(context: str, target: str) -> ecs.ContainerImage:
    """One target of gpu_service/Dockerfile, built where `cdk deploy` runs."""
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415

    return ecs.ContainerImage.from_asset(context, file="gpu_service/Dockerfile", target=target)
