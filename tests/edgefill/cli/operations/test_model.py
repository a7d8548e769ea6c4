"""`edgefill model` as a user runs it, with AWS in moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.task_model import read_version
from edgefill.store.aws import AwsClients
from tests.edgefill.operations.rollout.emulated_service import (
    BUCKET,
    CLUSTER,
    LIVE_PARAMETER,
    SERVICE,
    create_service,
    describe_target,
    read_task,
)
from tests.edgefill.operations.sizing.model_configs import LLAMA_70B

APP = create_app(("model",))
WEIGHTS = Path("training/tiny_model")  # a whole model, and an ONNX folder in it
VARIABLES = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_ENDPOINT_URL": None,
    "STAGE": "prod",
}


def run(*words: str) -> Result:
    return CliRunner().invoke(APP, ["model", *words], env=VARIABLES)


def refuse(*words: str) -> str:
    """The message of a refused command."""
    done = run(*words)
    assert isinstance(done.exception, InputRefused), done.output
    return f"{done.output}{done.exception}"


@pytest.fixture
def aws() -> Iterator[AwsClients]:
    """A stage whose live version is `default`, in a bucket that has it."""
    with mock_aws():
        clients = AwsClients(credentials=("test", "test"))
        create_service(clients.make_ecs(), clients.make_ssm())
        clients.make_s3().create_bucket(Bucket=BUCKET)
        assert run("publish", str(WEIGHTS), "--version", "default").exit_code == 0
        yield clients


def read_running(aws: AwsClients) -> str:
    return read_version(read_task(aws.make_ecs()))


def finish_rollout(aws: AwsClients, version: str) -> None:
    """What lambdas/rollout/live_model.py does when ECS has finished."""
    aws.make_ssm().put_parameter(Name=LIVE_PARAMETER, Value=version, Overwrite=True)


def publish(version: str) -> None:
    assert run("publish", str(WEIGHTS), "--version", version).exit_code == 0


def make_single(aws: AwsClients) -> None:
    """The stage has one machine."""
    value = describe_target(is_double=False)
    aws.make_ssm().put_parameter(Name="/edgefill/prod/model-rollout", Value=value, Overwrite=True)


def test_a_version_goes_from_a_folder_to_live_and_back(aws: AwsClients) -> None:
    """Published, promoted, recorded as live, rolled back; the list says so at each step."""
    publish("v2")
    assert run("list").stdout.split()[:2] == ["default", "live"]
    assert run("promote", "v2", "--no-wait").exit_code == 0
    assert read_running(aws) == "v2"
    assert json.loads(run("status", "--json").stdout) == {
        "live": "default", "coming": "v2", "desired": 1, "running": 1,
    }  # fmt: skip
    finish_rollout(aws, "v2")
    rows = json.loads(run("list", "--json").stdout)["versions"]
    assert {row["version"]: row["state"] for row in rows} == {"default": "before", "v2": "live"}
    assert run("rollback", "--no-wait").exit_code == 0
    assert read_running(aws) == "default"


def test_status_is_readable(aws: AwsClients) -> None:
    """Three lines, and a dash when nothing is coming."""
    lines = run("status").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["live", "coming", "tasks"]
    assert lines[1].split() == ["coming", "-"]
    assert read_running(aws) == "default"


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("config.json", "has no config.json"),
        ("tokenizer.json", "has no tokenizer"),
        ("model.safetensors", "has no safetensors file"),
    ],
)
def test_a_version_that_is_not_whole_is_not_promoted(
    aws: AwsClients, missing: str, message: str
) -> None:
    """The service is as before; the list names what is missing."""
    publish("v2")
    aws.make_s3().delete_object(Bucket=BUCKET, Key=f"models/v2/{missing}")
    assert message in refuse("promote", "v2", "--no-wait")
    assert read_running(aws) == "default"
    rows = json.loads(run("list", "--json").stdout)["versions"]
    assert message in {row["version"]: row["problem"] for row in rows}["v2"]


def test_a_version_with_a_typo_is_refused(aws: AwsClients) -> None:
    """Its folder is empty; the remedy is the command that fills it."""
    message = refuse("promote", "v22")
    assert "is empty or does not exist" in message
    assert "edgefill model publish" in message
    assert read_running(aws) == "default"


def test_a_model_that_does_not_fit_the_machines_is_refused(aws: AwsClients) -> None:
    """Its KV cache alone is larger than an L4's memory; no machine is started for it."""
    publish("v2")
    body = json.dumps(LLAMA_70B | {"num_hidden_layers": 8000}).encode()
    aws.make_s3().put_object(Bucket=BUCKET, Key="models/v2/config.json", Body=body)
    message = refuse("promote", "v2", "--no-wait")
    assert "fail  fit           g6.xlarge has 1 x L4" in message
    assert read_running(aws) == "default"


@pytest.mark.usefixtures("aws")
def test_a_folder_of_another_kind_is_not_published() -> None:
    """The ONNX folder; nothing reaches the bucket."""
    assert "has no config.json" in refuse("publish", str(WEIGHTS / "onnx"), "--version", "v2")
    assert "v2" not in run("list").stdout


@pytest.mark.usefixtures("aws")
def test_a_version_never_changes() -> None:
    """Its name is in the provenance of the texts that it wrote."""
    assert "a version never changes" in refuse("publish", str(WEIGHTS), "--version", "default")


def test_an_upload_that_stopped_is_repeated(aws: AwsClients) -> None:
    """Without its config.json a folder is no version yet."""
    publish("v2")
    aws.make_s3().delete_object(Bucket=BUCKET, Key="models/v2/config.json")
    publish("v2")
    assert run("list").stdout.count("whole") == 2


@pytest.mark.usefixtures("aws")
def test_the_live_version_is_not_promoted_again() -> None:
    """Nothing would change."""
    assert "default is live already" in refuse("promote", "default")


def test_one_rollout_at_a_time(aws: AwsClients) -> None:
    """A second one would measure both."""
    publish("v2")
    publish("v3")
    run("promote", "v2", "--no-wait")
    assert "v2 is on its way" in refuse("promote", "v3")
    assert read_running(aws) == "v2"


@pytest.mark.usefixtures("aws")
def test_without_an_earlier_version_a_rollback_needs_a_name() -> None:
    """A new stage."""
    assert "no version was live before default" in refuse("rollback")


def test_a_rollback_checks_its_version_too(aws: AwsClients) -> None:
    """The folder may have been deleted since."""
    assert "does not exist" in refuse("rollback", "--to", "v0")
    assert read_running(aws) == "default"


def test_on_one_machine_versions_are_swapped_and_this_is_said(aws: AwsClients) -> None:
    """Also when the service sleeps: the new version is tried before a visitor needs it."""
    make_single(aws)
    publish("v2")
    aws.make_ecs().update_service(cluster=CLUSTER, service=SERVICE, desiredCount=0)
    done = run("promote", "v2", "--no-wait")
    assert "visitors get fallbacks meanwhile" in done.stdout
    assert json.loads(run("status", "--json").stdout)["desired"] == 1
    assert read_running(aws) == "v2"


def test_a_sleeping_service_gets_its_live_version_first(aws: AwsClients) -> None:
    """So that the new one has something to fall back to."""
    publish("v2")
    aws.make_ecs().update_service(cluster=CLUSTER, service=SERVICE, desiredCount=0)
    assert "the live version is started first" in run("promote", "v2", "--no-wait").stdout


def test_a_live_version_whose_folder_is_gone_is_listed(aws: AwsClients) -> None:
    """The next start would fail, so this must be seen."""
    for row in aws.make_s3().list_objects_v2(Bucket=BUCKET)["Contents"]:
        aws.make_s3().delete_object(Bucket=BUCKET, Key=row["Key"])
    assert "default                   live      is not in s3://" in run("list").stdout


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("command", ["list", "status"])
def test_a_stage_with_a_typo_is_refused(command: str) -> None:
    """With the parameter that is missing, and what to do."""
    message = refuse(command, "--stage", "prd")
    assert "stage 'prd' has no GPU service" in message
    assert "cdk deploy --all -c stage=prd" in message
