"""`cdk synth` and `cdk deploy` start here: `-c stage=NAME` chooses the settings, dev unless given.

`-c jwks=FILE` names the public keys; else they are infra/jwks/<stage>.json. The account is the
AWS command line's; without one it is 000000000000, for looking at templates and for emulators.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, Environment, Validations
from cdk_nag import AwsSolutionsChecks

from edgefill.core.errors import EdgefillError
from infra.bundles.public_keys import public_keys
from infra.bundles.staged import StagedBundles
from infra.deployment import NO_ACCOUNT, served
from infra.monitoring.stack import MonitoringStack
from infra.settings import KEYS, REGION, settings_of

if TYPE_CHECKING:
    from infra.bundles.staged import Bundles
    from infra.settings import Settings


def build(
    app: App, *, settings: Settings, bundles: Bundles, jwks: dict[str, Any], account: str
) -> None:
    """Every stack of one deployment, in `app`."""
    made = served(app, settings=settings, bundles=bundles, jwks=jwks, account=account)
    MonitoringStack(
        app,
        f"Edgefill-{settings.stage}-Monitoring",
        settings=settings,
        store=made.store,
        service=made.service,
        edge=made.edge,
        env=Environment(account=account, region=REGION),
    )
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def main() -> None:
    """Write the templates to cdk.out; ends with one line for what is not as it should be."""
    try:
        _synthesise()
    except EdgefillError as error:
        sys.exit(f"infra.app: {error}")


def _synthesise() -> None:
    app = App()
    settings = settings_of(app.node.try_get_context("stage") or "dev")
    jwks = Path(app.node.try_get_context("jwks") or KEYS / f"{settings.stage}.json")
    build(
        app,
        settings=settings,
        bundles=StagedBundles(),
        jwks=public_keys(jwks),
        account=os.environ.get("CDK_DEFAULT_ACCOUNT") or NO_ACCOUNT,
    )
    app.synth()


if __name__ == "__main__":
    main()
