"""Functions behind associations (Developer Guide, lambda-at-edge-function-restrictions)."""

from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import FunctionAssociation


def test_a_function_is_found_through_its_version(stack: Any) -> None:
    """Developer Guide, lambda-edge-how-it-works: an association names a numbered version."""
    stack.associate(IncludeBody=True)
    read = stack.read()
    function = read.functions["FillAB12CD34"]
    assert read.behaviours[0].functions == (
        FunctionAssociation(trigger="origin-request", function="FillAB12CD34", include_body=True),
    )
    assert function.code == stack.folder / "asset.abc"
    assert (function.handler, function.runtime) == ("edge.handler", "python3.13")
    assert (function.memory_mb, function.timeout) == (128, 5)


def test_the_metadata_locates_code_without_a_manifest(stack: Any) -> None:
    """CDK: `aws:asset:path` is relative to the template's folder."""
    stack.associate()
    (stack.folder / "Stack.assets.json").unlink()
    assert "no asset next to the template for abc.zip" in stack.read_refusal()
    stack.resources["FillAB12CD34"]["Metadata"]["aws:asset:path"] = "asset.abc"
    assert stack.read().functions["FillAB12CD34"].code == stack.folder / "asset.abc"


@pytest.mark.parametrize("name", ["FillAB12CD34", "Fill", "Edge/Fill"])
def test_a_bundle_replaces_the_code(stack: Any, tmp_path: Path, name: str) -> None:
    """By logical id, the same without the CDK's hash, or construct path (CDK: aws:cdk:path)."""
    stack.associate()
    assert stack.read(bundles={name: tmp_path}).functions["FillAB12CD34"].code == tmp_path
    assert "FillAB12CD34" in stack.read_refusal(bundles={"Fil": tmp_path})
    assert "does not exist" in stack.read_refusal(bundles={name: tmp_path / "missing"})


def test_a_missing_asset_folder_is_refused(stack: Any) -> None:
    """CDK: the manifest's source.path must exist."""
    stack.associate()
    (stack.folder / "asset.abc").rmdir()
    assert "FillAB12CD34: Code.S3Key: no folder or zip" in stack.read_refusal()


def test_inline_code_is_refused(stack: Any) -> None:
    """CloudFormation, AWS::Lambda::Function Code.ZipFile."""
    stack.associate()
    stack.resources["FillAB12CD34"]["Properties"]["Code"] = {"ZipFile": "x = 1"}
    assert "FillAB12CD34: Code.ZipFile: inline code" in stack.read_refusal()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Runtime", "nodejs22.x"),
        ("Environment", {"Variables": {"A": "b"}}),
        ("Layers", ["l"]),
        ("Architectures", ["arm64"]),
    ],
)
def test_functions_that_cannot_run_are_refused(stack: Any, name: str, value: Any) -> None:
    """Developer Guide, lambda-at-edge-function-restrictions."""
    stack.associate()
    stack.resources["FillAB12CD34"]["Properties"][name] = value
    assert f"FillAB12CD34: {name}" in stack.read_refusal()
    is_served = stack.read(lenient=True).behaviours[0].functions
    assert bool(is_served) == (name != "Runtime")


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("arn:aws:lambda:us-east-1:1:function:f:1", "is not in this template"),
        ({"Ref": "Nothing"}, "is not in this template"),
        ({"Fn::GetAtt": ["FillAB12CD34", "Arn"]}, "does not accept \\$LATEST"),
    ],
)
def test_a_function_without_code_here_is_refused(stack: Any, arn: Any, message: str) -> None:
    """Developer Guide, lambda-at-edge-function-restrictions: only numbered versions."""
    stack.associate(LambdaFunctionARN=arn)
    refused = stack.read_refusal()
    assert "LambdaFunctionAssociations[0].LambdaFunctionARN" in refused
    assert message.replace("\\", "") in refused


def test_a_version_of_an_unknown_function_is_refused(stack: Any) -> None:
    """CloudFormation, AWS::Lambda::Version FunctionName."""
    stack.associate()
    stack.resources["FillVersion"]["Properties"]["FunctionName"] = {"Ref": "Gone"}
    assert "FillVersion: FunctionName: unknown function 'Gone'" in stack.read_refusal()


def test_one_function_per_trigger_and_bodies_only_for_requests(stack: Any) -> None:
    """API Reference, LambdaFunctionAssociation."""
    stack.associate("origin-response", IncludeBody=True)
    stack.associate("origin-response")
    stack.associate("midnight")
    refused = stack.read_refusal()
    assert "[0].IncludeBody: origin-response events have no body" in refused
    assert "[1].EventType: a second function" in refused
    assert "[2].EventType: 'midnight' is not one of viewer-request" in refused
