"""The GPU service is read from what `cdk synth` writes; what it does not have is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.assembly import read_gpu_service, resolve_value
from tests.edgefill.local.gpu_rehearsal.rows import build_row

IMAGE = {"Fn::Sub": "000000000000.dkr.ecr.us-east-1.${AWS::URLSuffix}/assets:abc"}
TARGET = {"ContainerName": "service", "ContainerPort": 8090, "TargetGroupArn": {"Ref": "Group"}}


def write_assembly(folder: Path, service: dict[str, Any]) -> Path:
    """An assembly of stage `test` with one task, whose image is built from `asset.abc`."""
    resources = {
        "Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {"ContainerDefinitions": [build_row("service", Image=IMAGE)]},
        },
        "Group": {"Type": "Group", "Properties": {"HealthCheckPath": "/ready"}},
        "Service": {
            "Type": "AWS::ECS::Service",
            "Properties": {"TaskDefinition": {"Ref": "Task"}} | service,
        },
    }
    source = {"directory": "asset.abc", "dockerFile": "service/Dockerfile"}
    stack = folder / "Edgefill-test-Service"
    stack.with_suffix(".template.json").write_text(json.dumps({"Resources": resources}))
    stack.with_suffix(".assets.json").write_text(
        json.dumps({"dockerImages": {"abc": {"source": source}}})
    )
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


def test_functions_are_resolved() -> None:
    """A bucket of another stack gets a name that is valid for a bucket."""
    bucket = {"Fn::ImportValue": "Edgefill-dev-Store:ExportsOutputRefModels"}
    value = {"Value": {"Fn::Join": ["", ["s3://", bucket, "/default"]]}, "Ref": {"Ref": "Log"}}
    assert resolve_value(value, "vllm") == {
        "Value": "s3://exportsoutputrefmodels/default", "Ref": "Log",
    }  # fmt: skip


def test_an_unknown_function_is_refused() -> None:
    """With its place; a value that nobody knows must not reach a command line."""
    with pytest.raises(InputRefused, match=r"vllm.Command.1: .* does not resolve Fn::GetAtt"):
        resolve_value({"Command": ["--model", {"Fn::GetAtt": ["A", "Arn"]}]}, "vllm")
