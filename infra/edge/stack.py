"""The edge stack, in us-east-1: the edge function and the distribution that runs it.

It creates the Lambda@Edge function, its role and a published version, the CloudFront distribution
with its origins and behaviours, two cache policies, an origin request policy and a response headers
policy. Where the settings ask for them it also creates a web ACL (`requests_per_5_minutes`), an
access log (`access_log`) and CloudFront's additional metrics (`detailed_metrics`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnOutput, Stack

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
    """`edge` is the function with its version, `cdn` the distribution with what belongs to it."""

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
        self.edge = EdgeFunction(
            self, "Edge", bundle=bundles.build_edge(trust), memory_mb=settings.edge_memory_mb
        )
        allow_objects(self.edge.function, ("s3:GetObject",), store.store.bucket, PUBLIC_OBJECTS)
        self.cdn = CdnDistribution(
            self,
            "Distribution",
            settings=settings,
            edge=self.edge.version,
            bucket=store.store.bucket,
            api=service.api.url,
            question_key=store.question_key.secret_value,
        )
        CfnOutput(
            self,
            "Url",
            value=f"https://{self.cdn.public_name}",
            description="Visitors' base URL; before there are templates every experience answers "
            "here with its fallback text, for example at /p/<experience>",
        )
