"""The parts of a deployed stage that `edgefill model` uses, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from edgefill.cli.connections import find_aws
from edgefill.core.errors import InputRefused
from edgefill.operations.check_result import CheckResult, format_results, has_failed
from edgefill.operations.preflight.aws_account import AwsAccount
from edgefill.operations.preflight.model_versions import ModelFolder
from edgefill.operations.rollout.model_service import ModelService
from edgefill.operations.rollout.target import RolloutTarget, read_live_versions, read_target

if TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient

    from edgefill.store.aws import AwsClients


@dataclass(frozen=True, slots=True, kw_only=True)
class StageModel:
    """The parts of one stage that the subcommands use."""

    aws: AwsClients
    ssm: SSMClient
    target: RolloutTarget
    service: ModelService
    folder: ModelFolder

    def read_live(self) -> list[str]:
        """The versions that were live, the present one first."""
        return read_live_versions(self.ssm, self.target)


def open_stage(stage: str, endpoint_url: str | None, region: str | None) -> StageModel:
    """The deployed stage; InputRefused without one."""
    aws = find_aws(endpoint_url=endpoint_url, region=region)
    ssm = aws.make_ssm()
    target = read_target(ssm, stage)
    return StageModel(
        aws=aws,
        ssm=ssm,
        target=target,
        service=ModelService(aws.make_ecs(), target),
        folder=ModelFolder(
            account=AwsAccount(aws.make_client), bucket=target.bucket, folder=target.folder
        ),
    )


def refuse_running(model: StageModel, version: str) -> None:
    """InputRefused for the live version, and while another one is coming."""
    live, runs = model.read_live()[0], model.service.read_state().version
    if runs != live:
        raise InputRefused(
            f"{runs} is on its way; wait for its end, or end it with `edgefill model rollback`"
        )
    if version == live:
        raise InputRefused(f"{version} is live already")


def refuse_failed(results: Iterable[CheckResult]) -> None:
    """Print the results; InputRefused if one failed."""
    rows = list(results)
    echo_lines(format_results(rows))
    if has_failed(rows):
        raise InputRefused("nothing was changed; see the failed checks above")


def echo_lines(lines: Iterable[str]) -> None:
    """Print each line as it comes."""
    for line in lines:
        typer.echo(line)
