"""What a template computes (CloudFormation: intrinsic-function-reference)."""

from pathlib import Path
from typing import Any

import pytest

from local.cdn.template.document import Document
from local.cdn.template.intrinsics import Resolver, Unknown

SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "Secret": {"Type": "String"},
    },
    "Mappings": {"Hosts": {"dev": {"name": "dev.example"}}},
    "Conditions": {
        "Dev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "Told": {"Fn::Equals": [{"Ref": "Secret"}, "x"]},
        "Both": {"Fn::And": [{"Condition": "Dev"}, {"Condition": "Told"}]},
        "Either": {"Fn::Or": [{"Condition": "Told"}, {"Condition": "Dev"}]},
        "NotDev": {"Fn::Not": [{"Condition": "Dev"}]},
    },
}


@pytest.fixture
def resolver() -> Resolver:
    return Resolver(Document(file=Path("Shop.template.json"), resources={}, sections=SECTIONS))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Names"}, ["a", "b"]),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "AWS::StackName"}, "Shop"),
        ({"Fn::Sub": "x-${Stage}-${!Keep}"}, "x-dev-${Keep}"),
        ({"Fn::Sub": ["${A}.${AWS::URLSuffix}", {"A": {"Ref": "Stage"}}]}, "dev.amazonaws.com"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, "a-dev"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b"]}]}, "b"),
        ({"Fn::If": ["Dev", "yes", "no"]}, "yes"),
        ({"Fn::If": ["NotDev", "yes", "no"]}, "no"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::FindInMap": ["Hosts", {"Ref": "Stage"}, "name"]}, "dev.example"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}]}, {"b": []}),
    ],
)
def test_what_can_be_known_is_computed(resolver: Resolver, written: Any, value: Any) -> None:
    """CloudFormation, intrinsic-function-reference and pseudo-parameter-reference."""
    found = resolver.resolve(written)
    assert found == value
    assert not isinstance(found, Unknown)


@pytest.mark.parametrize(
    "written",
    [
        {"Ref": "Secret"},
        {"Fn::ImportValue": "Other:Url"},
        {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::ImportValue": "Other:Url"}]}]},
        {"Fn::Join": ["", ["https://", {"Fn::GetAtt": ["Bucket", "DomainName"]}]]},
        {"Fn::Sub": "${Bucket.Arn}/x"},
        {"Fn::If": ["Both", "a", "b"]},
        {"Fn::GetAZs": ""},
    ],
)
def test_what_only_a_deployment_knows_is_readable_and_no_error(
    resolver: Resolver, written: Any
) -> None:
    """CloudFormation, intrinsic-function-reference: references and imports need a stack."""
    found = resolver.resolve(written)
    assert isinstance(found, Unknown)
    assert str(found)


def test_a_reference_remembers_its_resource(resolver: Resolver) -> None:
    """CloudFormation, Fn::GetAtt and Ref."""
    found = resolver.resolve({"Fn::GetAtt": ["Control", "Id"]})
    assert (found.logical_id, found.attribute) == ("Control", "Id")
    assert resolver.resolve({"Ref": "Policy"}).logical_id == "Policy"
