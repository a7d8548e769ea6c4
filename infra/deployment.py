"""Builds the stacks of one deployment that serve visitors: store, service and edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Environment, Tags

from infra.edge.stack import EdgeStack
from infra.service.stack import ServiceStack
from infra.settings import NO_ACCOUNT, REGION
from infra.store.stack import StoreStack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import App

    from infra.bundles.staged_bundles import DeploymentBundles
    from infra.settings import DeploymentSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStacks:
    """The stacks that serve visitors, in the order in which they are deployed."""

    store: StoreStack
    service: ServiceStack
    edge: EdgeStack


def build_stacks(
    app: App,
    *,
    settings: DeploymentSettings,
    bundles: DeploymentBundles,
    jwks: Mapping[str, Any],
    account: str = NO_ACCOUNT,
) -> DeploymentStacks:
    """Add the stacks of one deployment to `app`, without the monitoring stack."""
    name = f"Edgefill-{settings.stage}"
    shared: dict[str, Any] = {
        "settings": settings,
        "env": Environment(account=account, region=REGION),
    }
    code: dict[str, Any] = {"bundles": bundles, "jwks": jwks}
    store = StoreStack(app, f"{name}-Store", **shared)
    service = ServiceStack(app, f"{name}-Service", store=store, **code, **shared)
    edge = EdgeStack(app, f"{name}-Edge", store=store, service=service, **code, **shared)
    Tags.of(app).add("edgefill:stage", settings.stage)
    return DeploymentStacks(store=store, service=service, edge=edge)
