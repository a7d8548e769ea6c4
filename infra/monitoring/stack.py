"""The monitoring stack: dashboard, alarms and budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack

from infra.monitoring.canary import SiteCanary
from infra.monitoring.monitoring import StageMonitoring

if TYPE_CHECKING:
    from constructs import Construct

    from infra.edge.stack import EdgeStack
    from infra.service.stack import ServiceStack
    from infra.settings import DeploymentSettings
    from infra.store.stack import StoreStack


class MonitoringStack(Stack):
    """`monitoring` watches the other three stacks."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        store: StoreStack,
        service: ServiceStack,
        edge: EdgeStack,
        **place: Any,
    ) -> None:
        super().__init__(scope, id_, **place)
        self.monitoring = StageMonitoring(
            self,
            "Monitoring",
            settings=settings,
            distribution=edge.cdn.distribution,
            edge=edge.edge.function,
            api=service.api,
            demand=store.demand,
            gpu=service.gpu,
            wake=service.wake_metrics,
            batch=service.batch,
            canary=SiteCanary(
                self,
                "Canary",
                settings=settings,
                bundle=service.bundle,
                url=f"https://{edge.cdn.public_name}",
                namespace=service.api.metrics.namespace,
            ),
        )
