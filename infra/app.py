"""The CDK application: `cdk synth` and `cdk deploy` run this module.

`-c stage=NAME` chooses the settings (default: dev). `-c jwks=FILE` names the file of the public
keys (default: infra/jwks/<stage>.json). `-c templates=FOLDER` names the folder of the content
(default: the demo shop's). The account is that of the AWS credentials; without
credentials it is 000000000000, which is enough to read templates and to deploy on emulators.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, Environment, Validations
from cdk_nag import AwsSolutionsChecks

from edgefill.core.errors import EdgefillError
from infra.bundles.public_keys import list_key_warnings, read_public_keys
from infra.bundles.staged_bundles import PACKAGE_TEMPLATES, StagedBundles
from infra.deployment import build_stacks
from infra.monitoring.stack import MonitoringStack
from infra.settings import (
    JWKS_FOLDER,
    NO_ACCOUNT,
    REGION,
    check_settings,
    find_settings,
    list_warnings,
)

if TYPE_CHECKING:
    from infra.bundles.staged_bundles import DeploymentBundles
    from infra.settings import DeploymentSettings


def build_app(
    app: App,
    *,
    settings: DeploymentSettings,
    bundles: DeploymentBundles,
    jwks: dict[str, Any],
    account: str,
) -> None:
    """Add every stack of one deployment to `app`, and the cdk-nag checks."""
    stacks = build_stacks(app, settings=settings, bundles=bundles, jwks=jwks, account=account)
    MonitoringStack(
        app,
        f"Edgefill-{settings.stage}-Monitoring",
        settings=settings,
        store=stacks.store,
        service=stacks.service,
        edge=stacks.edge,
        env=Environment(account=account, region=REGION),
    )
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def main() -> None:
    """Write the templates to cdk.out; an expected error is printed on one line."""
    try:
        _write_stage()
    except EdgefillError as error:
        sys.exit(f"infra.app: {error}")


def _write_stage() -> None:
    app = App()
    settings = find_settings(app.node.try_get_context("stage") or "dev")
    account = os.environ.get("CDK_DEFAULT_ACCOUNT") or NO_ACCOUNT
    check_settings(settings, account=account)
    file = Path(app.node.try_get_context("jwks") or JWKS_FOLDER / f"{settings.stage}.json")
    jwks = read_public_keys(file)
    for warning in [*list_warnings(settings), *(f"{file}: {at}" for at in list_key_warnings(jwks))]:
        print(f"infra.app: warning: {warning}", file=sys.stderr)  # noqa: T201 for who deploys
    build_app(
        app,
        settings=settings,
        bundles=StagedBundles(shop=_find_shop(app)),
        jwks=jwks,
        account=account,
    )
    app.synth()


def _find_shop(app: App) -> Path:
    """The folder of the content; cdk.json of a shop of one's own names it."""
    return Path(app.node.try_get_context("templates") or PACKAGE_TEMPLATES).resolve()


if __name__ == "__main__":
    main()
