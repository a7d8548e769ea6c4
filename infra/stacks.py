"""The four stacks of a deployment: what each is made of, and who may do what to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Environment, Stack, Tags

from infra.api import Api
from infra.demand import Demand
from infra.distribution import Distribution
from infra.edge import EdgeFunction
from infra.functions import allow_objects, log_group
from infra.monitoring import Monitoring
from infra.network import Network
from infra.settings import REGION
from infra.template_store import SERVED, TemplateStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import App
    from aws_cdk import aws_ecs as ecs
    from constructs import Construct

    from infra.batch import Batch
    from infra.bundles import Bundles
    from infra.gpu_service import GpuService
    from infra.settings import Gpu, Settings


class StoreStack(Stack):
    """What must survive: the templates, and what the miss path remembers."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, **place: Any) -> None:
        super().__init__(scope, id_, **place)
        self.store = TemplateStore(
            self, "Store", keep=settings.keep_data, log_days=settings.log_days
        )
        self.demand = Demand(self, "Demand", keep=settings.keep_data)


class ServiceStack(Stack):
    """The miss path, and with `settings.gpu` the machines that write templates."""

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
            self._with_gpu(settings.gpu, bundles)

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

    def _with_gpu(self, gpu: Gpu, bundles: Bundles) -> None:
        """ECS and Batch are imported where there are GPUs alone: that takes seconds."""
        from infra.batch import Batch  # noqa: PLC0415
        from infra.gpu_service import GpuService  # noqa: PLC0415

        logs, context = self._store.store.logs, bundles.gpu()
        vpc = Network(
            self,
            "Network",
            nat_gateways=gpu.nat_gateways,
            flow_log=log_group(self, "FlowLog", self._settings),
        ).vpc
        self.gpu = GpuService(
            self,
            "Gpu",
            settings=self._settings,
            image=image(context, "service"),
            vpc=vpc,
            log_bucket=logs,
        )
        self.api = self._api(gpu_url=self.gpu.url, vpc=vpc, callers=self.gpu.callers)
        self._scale(gpu, self.gpu)
        self.batch = Batch(
            self,
            "Batch",
            settings=self._settings,
            image=image(context, "batch"),
            bundle=self._bundle,
            vpc=vpc,
            bucket=self._store.store.bucket,
            models=self.gpu.models,
            demand=self._store.demand,
        )

    def _scale(self, gpu: Gpu, service: GpuService) -> None:
        from infra.gpu_scaling import GpuScaling  # noqa: PLC0415

        GpuScaling(
            self,
            "Scaling",
            gpu=gpu,
            service=service.service,
            targets=service.targets,
            queue=self._store.demand.queue,
            turned_away=self.api.metrics.metric("TurnedAway"),
        )


class EdgeStack(Stack):
    """The edge function and the CDN before everything, in us-east-1."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        bundles: Bundles,
        jwks: Mapping[str, Any],
        store: StoreStack,
        service: ServiceStack,
        **place: Any,
    ) -> None:
        super().__init__(scope, id_, **place)
        identity = settings.identity
        trust = {"issuer": identity.issuer, "audience": identity.audience, "jwks": dict(jwks)}
        self.edge = EdgeFunction(self, "Edge", bundle=bundles.edge(trust))
        allow_objects(self.edge.function, ("s3:GetObject",), store.store.bucket, SERVED)
        self.cdn = Distribution(
            self,
            "Distribution",
            settings=settings,
            edge=self.edge.version,
            bucket=store.store.bucket,
            api=service.api.url,
        )


class MonitoringStack(Stack):
    """What people look at, and what wakes them."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        store: StoreStack,
        service: ServiceStack,
        edge: EdgeStack,
        **place: Any,
    ) -> None:
        super().__init__(scope, id_, **place)
        self.monitoring = Monitoring(
            self,
            "Monitoring",
            settings=settings,
            distribution=edge.cdn.distribution,
            api=service.api,
            demand=store.demand,
            gpu=service.gpu,
            batch=service.batch,
        )


NO_ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The stacks that a visitor's request meets, in the order in which they are deployed."""

    store: StoreStack
    service: ServiceStack
    edge: EdgeStack


def served(
    app: App,
    *,
    settings: Settings,
    bundles: Bundles,
    jwks: Mapping[str, Any],
    account: str = NO_ACCOUNT,
) -> Served:
    """Everything of one deployment but what watches it, in `app`."""
    name = f"Edgefill-{settings.stage}"
    known: dict[str, Any] = {
        "settings": settings,
        "env": Environment(account=account, region=REGION),
    }
    code: dict[str, Any] = {"bundles": bundles, "jwks": jwks}
    store = StoreStack(app, f"{name}-Store", **known)
    service = ServiceStack(app, f"{name}-Service", store=store, **code, **known)
    edge = EdgeStack(app, f"{name}-Edge", store=store, service=service, **code, **known)
    Tags.of(app).add("edgefill:stage", settings.stage)
    return Served(store=store, service=service, edge=edge)


def image(context: str, target: str) -> ecs.ContainerImage:
    """One target of gpu_service/Dockerfile, built where `cdk deploy` runs."""
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415

    return ecs.ContainerImage.from_asset(context, file="gpu_service/Dockerfile", target=target)
