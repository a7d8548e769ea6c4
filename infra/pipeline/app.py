"""The CDK application of the pipeline's access, deployed once for each account by a person.

`cdk deploy --app "python -m infra.pipeline.app" -c repository=OWNER/NAME -c stages=dev,prod`

`-c provider=ARN` names the account's identity provider for GitHub if it has one already.
"""

from __future__ import annotations

import os
import re
import sys

from aws_cdk import App, CfnOutput, Environment, Stack, Validations
from cdk_nag import AwsSolutionsChecks

from edgefill.core.errors import EdgefillError, InputRefused
from infra.pipeline.github_access import GithubAccess
from infra.settings import NO_ACCOUNT, REGION, find_settings

STACK = "Edgefill-Pipeline"
# docs.github.com: owners have letters, digits and hyphens; names also dots and underscores
_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")


def build_pipeline(
    app: App, *, repository: str, stages: str, provider: str | None, account: str
) -> Stack:
    """Add the stack to `app`, and the cdk-nag checks; InputRefused for a wrong context."""
    if not _REPOSITORY.fullmatch(repository):
        raise InputRefused(f"-c repository={repository}: write OWNER/NAME of the GitHub repository")
    stack = Stack(app, STACK, env=Environment(account=account, region=REGION))
    access = GithubAccess(
        stack,
        "Github",
        repository=repository,
        stages=[find_settings(stage).stage for stage in stages.split(",")],
        provider_arn=provider,
    )
    CfnOutput(
        stack,
        "DiffRole",
        value=access.diff.role_arn,
        description="repository variable AWS_DIFF_ROLE",
    )
    for stage, role in access.deploy.items():
        CfnOutput(
            stack,
            f"DeployRole{stage.title()}",
            value=role.role_arn,
            description=f"variable AWS_DEPLOY_ROLE of the environment {stage}",
        )
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return stack


def main() -> None:
    """Write the template; an expected error is printed on one line."""
    app = App()
    read = app.node.try_get_context
    try:
        build_pipeline(
            app,
            repository=read("repository") or "",
            stages=read("stages") or "dev",
            provider=read("provider"),
            account=os.environ.get("CDK_DEFAULT_ACCOUNT") or NO_ACCOUNT,
        )
        app.synth()
    except EdgefillError as error:
        sys.exit(f"infra.pipeline.app: {error}")


if __name__ == "__main__":
    main()
