"""The edge stack, in us-east-1: the edge function and the CDN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack

from infra.edge.distribution import CdnDistribution
from infra.edge.function import EdgeFunction
from infra.lambda_functions import allow_objects
from infra.store.template_store import PUBLIC_OBJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from infra.bundles.staged_bundles import DeploymentBundles
    from infra.service.stack import ServiceStack
    from infra.settings import DeploymentSettings
    from infra.store.stack import StoreStack


class EdgeStack(Stack):
    """`edge` is the edge function and `cdn` the distribution."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        bundles: DeploymentBundles,
        jwks: Mapping[str, Any],
        store: StoreStack,
        service: ServiceStack,
        **place: Any,
    ) -> None:
        super().__init__(scope, id_, **place)
        identity = settings.identity
        trust = {"issuer": identity.issuer, "audience": identity.audience, "jwks": dict(jwks)}
        self.edge = EdgeFunction(self, "Edge", bundle=bundles.build_edge(trust))
        allow_objects(self.edge.function, ("s3:GetObject",), store.store.bucket, PUBLIC_OBJECTS)
        self.cdn = CdnDistribution(
            self,
            "Distribution",
            settings=settings,
            edge=self.edge.version,
            bucket=store.store.bucket,
            api=service.api.url,
        )
