"""The store stack: the resources that hold data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack

from infra.store.demand import DemandStore
from infra.store.template_store import TemplateStore

if TYPE_CHECKING:
    from constructs import Construct

    from infra.settings import DeploymentSettings


class StoreStack(Stack):
    """`store` holds the templates, `demand` the state of the miss path."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: DeploymentSettings, **place: Any
    ) -> None:
        super().__init__(scope, id_, **place)
        self.store = TemplateStore(
            self, "Store", keep=settings.keep_data, log_days=settings.log_days
        )
        self.demand = DemandStore(self, "Demand", keep=settings.keep_data)
