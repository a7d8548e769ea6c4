"""One deployment: its stacks, in the order in which a visitor's request needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Environment, Tags

from infra.edge.stack import EdgeStack
from infra.service.stack import ServiceStack
from infra.settings import REGION
from infra.store.stack import StoreStack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import App

    from infra.bundles.staged import Bundles
    from infra.settings import Settings

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
