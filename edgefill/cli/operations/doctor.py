"""`edgefill doctor`: is this machine, and an AWS account, ready?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgefill.cli.operations.check_report import print_report
from edgefill.cli.options import TEMPLATES, JsonOption, TemplatesOption
from edgefill.local.stack.stack import CDN_PORT
from edgefill.operations.check_result import CheckResult, fail_check, pass_check
from edgefill.operations.preflight import content, deploy_programs, machine
from edgefill.operations.preflight.account_checks import check_account, check_region
from edgefill.operations.preflight.aws_account import AwsAccount
from edgefill.operations.preflight.deployment_needs import DeploymentNeeds, GpuNeed
from edgefill.operations.preflight.weights import LocalWeightFolder, check_weights
from edgefill.store.aws import AwsClients

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings


def command(
    *,
    aws: Annotated[
        bool, typer.Option("--aws", help="Check an AWS account for a deployment too.")
    ] = False,
    stage: Annotated[str, typer.Option(help="With --aws: the stage of infra/settings.py.")] = "dev",
    weights: Annotated[
        Path | None, typer.Option(help="Check a folder of weights before it is uploaded.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of `edgefill up`.")
    ] = CDN_PORT,
    templates: TemplatesOption = TEMPLATES,
    as_json: JsonOption = False,
) -> None:
    """Check what `edgefill up` needs, with --aws also what `cdk deploy` needs.

    Each line is ok, warn or fail, with the remedy. The exit status is 1 if a check failed.
    """
    print_report(
        run_checks(aws=aws, stage=stage, weights=weights, port=port, templates=templates),
        as_json=as_json,
    )


def run_checks(
    *, aws: bool, stage: str, weights: Path | None, port: int, templates: Path
) -> Iterator[CheckResult]:
    """The results, one after another; AWS is asked last."""
    yield machine.check_python()
    yield machine.check_port(port)
    yield machine.check_disk(Path.cwd())
    yield machine.check_memory(machine.read_available_memory())
    yield machine.check_chromium()
    remote = machine.fetch_remote_time(os.environ.get("AWS_ENDPOINT_URL") or machine.TIME_URL)
    yield machine.check_clock(remote, datetime.now(UTC), is_required=aws)
    yield content.check_catalogue(templates)
    yield content.check_roles(templates, os.environ)
    if weights:
        yield check_weights(
            LocalWeightFolder(folder=weights),
            remedy="name a Hugging Face folder, or download it again",
        )
    if aws:
        yield from run_aws_checks(stage, os.environ)


def run_aws_checks(stage: str, environment: Mapping[str, str]) -> Iterator[CheckResult]:
    """The results for one stage: the programs of a deployment, then the account."""
    from infra.settings import RUNTIME, find_settings  # noqa: PLC0415 not needed on a laptop

    needs = read_needs(find_settings(stage))
    yield check_bundle_python(RUNTIME, environment)
    yield deploy_programs.check_cdk()
    yield deploy_programs.check_docker(is_needed=needs.builds_image)
    yield check_region(environment, needs.region)
    endpoint = environment.get("AWS_ENDPOINT_URL") or None
    clients = AwsClients(region=needs.region, endpoint_url=endpoint, read_timeout=20)
    yield from check_account(AwsAccount(clients.make_client), needs)


def read_needs(settings: DeploymentSettings) -> DeploymentNeeds:
    """What the settings of a stage need of the account."""
    from infra.settings import REGION  # noqa: PLC0415

    gpu, domain = settings.gpu, settings.domain
    return DeploymentNeeds(
        stage=settings.stage,
        region=REGION,
        gpus=tuple(
            GpuNeed(instance_type=kind.instance_type, is_spot=kind.spot)
            for kind in (gpu.capacity if gpu else ())
        ),
        max_machines=gpu.most_machines if gpu else 0,
        weights=gpu.model if gpu else None,
        domain=domain.name if domain else None,
        certificate_arn=domain.certificate_arn if domain else None,
        alarm_email=settings.alarm_email,
        builds_image=gpu is not None,
    )


def check_bundle_python(version: str, environment: Mapping[str, str]) -> CheckResult:
    """A Python of Lambda's version is installed; it compiles the bundles."""
    from infra.bundles.interpreter import InterpreterMissing, find_interpreter  # noqa: PLC0415

    try:
        return pass_check(f"python{version}", find_interpreter(version, environment))
    except InterpreterMissing as error:
        return fail_check(f"python{version}", str(error), remedy="e.g. `uv python install 3.13`")
