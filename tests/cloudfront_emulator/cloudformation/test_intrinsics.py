"""What a template computes (CloudFormation: intrinsic-function-reference)."""

from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.cloudformation.diagnostics import Diagnostics, PropertyPath
from cloudfront_emulator.cloudformation.document import TemplateDocument
from cloudfront_emulator.cloudformation.intrinsics import IntrinsicResolver
from cloudfront_emulator.cloudformation.values import UnknownValue

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
        "Odd": {"Fn::Equals": ["x"]},
        "Circle": {"Fn::Not": [{"Condition": "Circle"}]},
    },
}
HERE = PropertyPath("Cdn", "Comment")


@pytest.fixture
def collect_diagnostics() -> Diagnostics:
    return Diagnostics()


@pytest.fixture
def make_resolver(collect_diagnostics: Diagnostics) -> IntrinsicResolver:
    document = TemplateDocument(file=Path("Shop.template.json"), resources={}, sections=SECTIONS)
    return IntrinsicResolver(document, collect_diagnostics)


@pytest.mark.parametrize(
    ("argument", "value"),
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
def test_known_values_are_computed(
    make_resolver: IntrinsicResolver, collect_diagnostics: Diagnostics, argument: Any, value: Any
) -> None:
    """CloudFormation, intrinsic-function-reference and pseudo-parameter-reference."""
    result = make_resolver.resolve(argument, HERE)
    assert result == value
    assert not collect_diagnostics.faults
    assert not isinstance(result, UnknownValue)


@pytest.mark.parametrize(
    "argument",
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
def test_unknown_values_are_readable_and_not_an_error(
    make_resolver: IntrinsicResolver, argument: Any
) -> None:
    """CloudFormation, intrinsic-function-reference: references and imports need a stack."""
    result = make_resolver.resolve(argument, HERE)
    assert isinstance(result, UnknownValue)
    assert str(result)


def test_a_reference_remembers_its_resource(make_resolver: IntrinsicResolver) -> None:
    """CloudFormation, Fn::GetAtt and Ref."""
    result = make_resolver.resolve({"Fn::GetAtt": ["Control", "Id"]}, HERE)
    assert (result.logical_id, result.attribute) == ("Control", "Id")
    assert make_resolver.resolve({"Ref": "Policy"}, HERE).logical_id == "Policy"


@pytest.mark.parametrize(
    ("argument", "takes"),
    [
        ({"Ref": ["x"]}, "Ref takes a text"),
        ({"Fn::GetAtt": []}, "Fn::GetAtt takes a logical id and an attribute"),
        ({"Fn::GetAtt": {"a": 1}}, "Fn::GetAtt takes"),
        ({"Fn::Sub": {"a": 1}}, "Fn::Sub takes a text, or a text and an object"),
        ({"Fn::Sub": ["${a}", None]}, "Fn::Sub takes"),
        ({"Fn::Sub": ["a", {}, 3]}, "Fn::Sub takes"),
        ({"Fn::Join": []}, "Fn::Join takes a delimiter and a list"),
        ({"Fn::Join": ["", "x"]}, "Fn::Join takes"),
        ({"Fn::Split": ["-"]}, "Fn::Split takes a delimiter and a text"),
        ({"Fn::Select": 5}, "Fn::Select takes an index and a list"),
        ({"Fn::Select": [2, ["a"]]}, "a list that long"),
        ({"Fn::Select": ["-1", ["a"]]}, "a list that long"),
        ({"Fn::If": ["Dev"]}, "Fn::If takes a condition and two values"),
        ({"Fn::FindInMap": "Hosts"}, "Fn::FindInMap takes a map and two keys"),
        ([{"a": {"Ref": 5}}], "Cdn: Comment[0].a: Ref takes a text, not int"),
    ],
)
def test_a_malformed_function_is_a_fault_that_names_its_place(
    make_resolver: IntrinsicResolver, collect_diagnostics: Diagnostics, argument: Any, takes: str
) -> None:
    """CloudFormation, intrinsic-function-reference: each has one form."""
    make_resolver.resolve(argument, HERE)
    (fault,) = collect_diagnostics.faults
    assert fault.startswith("Cdn: Comment")
    assert takes in fault


@pytest.mark.parametrize(
    ("name", "message"), [("Odd", "takes two values"), ("Circle", "to itself")]
)
def test_a_condition_that_cannot_be_decided_is_a_fault(
    make_resolver: IntrinsicResolver, collect_diagnostics: Diagnostics, name: str, message: str
) -> None:
    """CloudFormation, intrinsic-function-reference-conditions."""
    assert make_resolver.evaluate_condition(name) is None
    (fault,) = collect_diagnostics.faults
    assert fault.startswith(f"Conditions: {name}: ")
    assert message in fault
