"""`edgefill model`: the versions of the GPU service's model; publish one and make it live."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from edgefill.cli.operations.stage_model import (
    StageModel,
    echo_lines,
    open_stage,
    refuse_failed,
    refuse_running,
)
from edgefill.cli.options import EndpointOption, JsonOption, RegionOption
from edgefill.core.errors import InputRefused
from edgefill.operations.preflight.weights import LocalWeightFolder, check_weights
from edgefill.operations.rollout.follow import follow_rollout, wake_old_version
from edgefill.operations.rollout.task_model import check_version
from edgefill.operations.rollout.upload import LAST, upload_folder

group = typer.Typer(
    help="List, publish and change the version of the model that the GPU service runs.",
    no_args_is_help=True,
)

StageOption = Annotated[
    str, typer.Option(envvar="STAGE", help="The stage of infra/settings.py that is deployed.")
]
WaitOption = Annotated[
    bool,
    typer.Option("--wait/--no-wait", help="Follow the deployment to its end; AWS needs nobody to."),
]
ONE_MACHINE = (
    "one machine: the old version stops before the new one starts, and visitors get fallbacks"
    " meanwhile; there is no smoke test and no 10%"
)


@group.command("list")
def list_versions(
    *,
    stage: StageOption = "dev",
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions in the model bucket: which is live, which was before, which is broken."""
    model = open_stage(stage, endpoint_url, region)
    live, *before = model.read_live()
    rows = [
        {
            "version": version.name,
            "state": name_state(version.name, live, before),
            "weight_bytes": version.weight_bytes,
            "problem": version.problem,
        }
        for version in model.folder.list_versions()
    ]
    if as_json:
        typer.echo(json.dumps({"versions": rows}))
        return
    for row in rows:
        size = f"{int(str(row['weight_bytes'])) / 2**30:8.2f} GiB"
        typer.echo(f"{row['version']:24}  {row['state']:8}  {size}  {row['problem'] or 'whole'}")
    if live not in {row["version"] for row in rows}:
        typer.echo(
            f"{live:24}  live      is not in s3://{model.target.bucket}/{model.target.folder}"
        )


@group.command("status")
def show_status(
    *,
    stage: StageOption = "dev",
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which version is live, which one is coming, and how many tasks run."""
    model = open_stage(stage, endpoint_url, region)
    live, state = model.read_live()[0], model.service.read_state()
    coming = state.version if state.version != live else None
    if as_json:
        data = {"live": live, "coming": coming, "desired": state.desired, "running": state.running}
        typer.echo(json.dumps(data))
        return
    typer.echo(f"live     {live}")
    typer.echo(f"coming   {coming or '-'}")
    typer.echo(f"tasks    {state.running} running, {state.desired} wanted")


@group.command("publish")
def publish_version(
    folder: Annotated[Path, typer.Argument(help="A Hugging Face model folder on this machine.")],
    *,
    version: Annotated[str, typer.Option(help="The name of the new version, e.g. a date.")],
    stage: StageOption = "dev",
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
) -> None:
    """Check a folder of weights and upload it as a new version; nothing goes live."""
    check_version(version)
    refuse_failed([check_weights(LocalWeightFolder(folder=folder), remedy="download it again")])
    model = open_stage(stage, endpoint_url, region)
    target = model.folder.open_version(version)
    if LAST in target.list_sizes():
        raise InputRefused(
            f"version {version!r} exists, and a version never changes; choose another name"
        )
    for name in upload_folder(
        model.aws.make_s3(), folder, bucket=target.bucket, prefix=target.prefix
    ):
        typer.echo(f"{target.place}{name}")
    typer.echo(f"{version} is published; make it live: edgefill model promote {version}")


@group.command("promote")
def promote_version(
    version: Annotated[str, typer.Argument(help="A version of `edgefill model list`.")],
    *,
    wait: WaitOption = True,
    stage: StageOption = "dev",
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
) -> None:
    """Make a version live: smoke test, 10% of the traffic, then all; AWS rolls back by itself.

    A sleeping service is started first. On one machine the versions are swapped.
    """
    model = open_stage(stage, endpoint_url, region)
    refuse_running(model, version)
    refuse_failed(model.folder.check_version(check_version(version), model.target.instance_types))
    if model.target.runs_two_models:
        echo_lines(wake_old_version(model.service, tick=time.monotonic, sleep=time.sleep))
    else:
        typer.echo(ONE_MACHINE)
    model.service.bring(version)
    typer.echo(f"{version} is on its way; `edgefill model status` shows it")
    follow(model, wait=wait)


@group.command("rollback")
def roll_back(
    *,
    to: Annotated[
        str | None, typer.Option(help="The version; default: the one before the live one.")
    ] = None,
    wait: WaitOption = True,
    stage: StageOption = "dev",
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
) -> None:
    """End a running rollout; without one, bring back the version that was live before.

    The old version gets all traffic as soon as it is ready, without a smoke test.
    """
    model = open_stage(stage, endpoint_url, region)
    live, *before = model.read_live()
    if model.service.read_state().version != live and to is None:
        cancel_rollout(model)
        return
    version = check_version(to) if to else next(iter(before), None)
    if version is None:
        raise InputRefused(f"no version was live before {live}; name one with --to")
    if version == live == model.service.read_state().version:
        raise InputRefused(f"{version} is live already; name another version with --to")
    refuse_failed(model.folder.check_version(version, model.target.instance_types))
    model.service.restore(version)
    typer.echo(f"{version} comes back in place of {live}")
    follow(model, wait=wait)


def cancel_rollout(model: StageModel) -> None:
    """Let ECS go back; InputRefused when it has no running deployment."""
    progress = model.service.read_progress()
    if progress is None or not progress.is_running:
        raise InputRefused(
            "the service and its parameter differ, but ECS has no running deployment; name the"
            " version to bring back with --to"
        )
    model.service.cancel(progress)
    typer.echo("the rollout ends; the traffic goes back to the live version")


def follow(model: StageModel, *, wait: bool) -> None:
    """Print the stages of the deployment until its end."""
    if wait:
        echo_lines(follow_rollout(model.service, tick=time.monotonic, sleep=time.sleep))


def name_state(name: str, live: str, before: list[str]) -> str:
    """`live`, `before` for a version that was live, or `-`."""
    if name == live:
        return "live"
    return "before" if name in before else "-"
