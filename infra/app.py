"""`cdk synth` and `cdk deploy` start here: `-c stage=NAME` chooses the settings, dev unless given.

`-c jwks=FILE` names the public keys; else they are infra/jwks/<stage>.json. The account is the
AWS command line's; without one it is 000000000000, for looking at templates and for emulators.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, Environment, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infra.bundles import StagedBundles
from infra.settings import REGION, settings_of
from infra.stacks import EdgeStack, MonitoringStack, ServiceStack, StoreStack

if TYPE_CHECKING:
    from infra.bundles import Bundles
    from infra.settings import Settings

NO_ACCOUNT = "000000000000"
KEYS = Path(__file__).parent / "jwks"


def build(
    app: App, *, settings: Settings, bundles: Bundles, jwks: dict[str, Any], account: str
) -> None:
    """Every stack of one deployment, in `app`."""
    place = {"env": Environment(account=account, region=REGION)}
    name = f"Edgefill-{settings.stage}"
    known: dict[str, Any] = {"settings": settings, **place}
    code: dict[str, Any] = {"bundles": bundles, "jwks": jwks}
    store = StoreStack(app, f"{name}-Store", **known)
    service = ServiceStack(app, f"{name}-Service", store=store, **code, **known)
    edge = EdgeStack(app, f"{name}-Edge", store=store, service=service, **code, **known)
    MonitoringStack(app, f"{name}-Monitoring", store=store, service=service, edge=edge, **known)
    Tags.of(app).add("edgefill:stage", settings.stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def main() -> None:
    """Write the templates to cdk.out."""
    app = App()
    settings = settings_of(app.node.try_get_context("stage") or "dev")
    jwks = Path(app.node.try_get_context("jwks") or KEYS / f"{settings.stage}.json")
    build(
        app,
        settings=settings,
        bundles=StagedBundles(),
        jwks=json.loads(jwks.read_bytes()),
        account=os.environ.get("CDK_DEFAULT_ACCOUNT") or NO_ACCOUNT,
    )
    app.synth()


if __name__ == "__main__":
    main()
