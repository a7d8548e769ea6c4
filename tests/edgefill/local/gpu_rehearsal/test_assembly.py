"""The GPU service is read from what `cdk synth` writes; what it does not have is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.assembly import PSEUDO, read_gpu_service, resolve_value
from tests.edgefill.local.gpu_rehearsal.rows import build_row

IMAGE = {"Fn::Sub": "000000000000.dkr.ecr.us-east-1.${AWS::URLSuffix}/assets:abc"}
TARGET = {"ContainerName": "service", "ContainerPort": 8090, "TargetGroupArn": {"Ref": "Group"}}

STORED = "AWS::SSM::Parameter::Value<String>"
PARAMETERS = {
    "Live": {"Type": STORED, "Default": "/edgefill/test/model"},
    "Machine": {"Type": STORED, "Default": "/aws/service/ecs/image"},
}


def write_assembly(folder: Path, service: dict[str, Any], **properties: Any) -> Path:
    """An assembly of stage `test` with one task, whose image is built from `asset.abc`."""
    row = build_row("service", Image=IMAGE, **properties)
    resources = {
        "Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {"ContainerDefinitions": [row]},
        },
        "Group": {"Type": "Group", "Properties": {"HealthCheckPath": "/ready"}},
        "Service": {
            "Type": "AWS::ECS::Service",
            "Properties": {"TaskDefinition": {"Ref": "Task"}} | service,
        },
    }
    source = {"directory": "asset.abc", "dockerFile": "service/Dockerfile"}
    stack = folder / "Edgefill-test-Service"
    template = {"Resources": resources, "Parameters": PARAMETERS}
    stack.with_suffix(".template.json").write_text(json.dumps(template))
    stack.with_suffix(".assets.json").write_text(
        json.dumps({"dockerImages": {"abc": {"source": source}}})
    )
    live = {"Name": "/edgefill/test/model", "Value": "v1"}
    store = {"Resources": {"Live": {"Type": "AWS::SSM::Parameter", "Properties": live}}}
    (folder / "Edgefill-test-Store.template.json").write_text(json.dumps(store))
    return folder


def test_the_service_behind_the_load_balancer_is_read(tmp_path: Path) -> None:
    """Its port, its readiness check, its grace period and the source of its image."""
    service = {"LoadBalancers": [TARGET], "HealthCheckGracePeriodSeconds": 900}
    stack = read_gpu_service(write_assembly(tmp_path, service), "test")
    assert (stack.service, stack.port, stack.ready_path) == ("service", 8090, "/ready")
    assert stack.grace_s == 900
    assert stack.sources["service"].dockerfile == tmp_path / "asset.abc" / "service/Dockerfile"
    assert stack.task.find("service").image.endswith(".amazonaws.com/assets:abc")


def test_a_stage_without_such_a_service_is_refused(tmp_path: Path) -> None:
    """With the command that writes the template, or the setting that is missing."""
    with pytest.raises(InputRefused, match="cdk synth -c stage=test"):
        read_gpu_service(tmp_path, "test")
    with pytest.raises(InputRefused, match=r"0 ECS services .* choose a stage with `gpu`"):
        read_gpu_service(write_assembly(tmp_path, {}), "test")


def test_the_live_version_is_the_one_of_the_store_stack(tmp_path: Path) -> None:
    """In the command and in the variables, as CloudFormation reads it at a deployment."""
    live = {"Ref": "Live"}
    command = ["--model", {"Fn::Join": ["", ["s3://models/", live]]}, "--served-model-name", live]
    variables = [{"Name": "EDGEFILL_GPU_MODEL_NAME", "Value": live}]
    folder = write_assembly(
        tmp_path, {"LoadBalancers": [TARGET]}, Command=command, Environment=variables
    )
    container = read_gpu_service(folder, "test").task.find("service")
    assert container.command == ("--model", "s3://models/v1", "--served-model-name", "v1")
    assert container.environment == {"EDGEFILL_GPU_MODEL_NAME": "v1"}


def test_a_parameter_that_no_stack_of_the_stage_writes_is_refused(tmp_path: Path) -> None:
    """As one of AWS's own would be, whose value nobody knows here."""
    folder = write_assembly(tmp_path, {"LoadBalancers": [TARGET]}, Command=[{"Ref": "Machine"}])
    with pytest.raises(InputRefused, match=r"service.Command.0: .* does not resolve Ref Machine"):
        read_gpu_service(folder, "test")


def test_functions_are_resolved() -> None:
    """A bucket of another stack gets a name that is valid for a bucket."""
    bucket = {"Fn::ImportValue": "Edgefill-dev-Store:ExportsOutputRefModels"}
    region = {"Ref": "AWS::Region"}
    value = {"Value": {"Fn::Join": ["", ["s3://", bucket, "/default"]]}, "Ref": region}
    assert resolve_value(value, "vllm", PSEUDO) == {
        "Value": "s3://exportsoutputrefmodels/default", "Ref": "us-east-1",
    }  # fmt: skip


def test_an_unknown_function_is_refused() -> None:
    """With its place; a value that nobody knows must not reach a command line."""
    with pytest.raises(InputRefused, match=r"vllm.Command.1: .* does not resolve Fn::GetAtt"):
        resolve_value({"Command": ["--model", {"Fn::GetAtt": ["A", "Arn"]}]}, "vllm", PSEUDO)
