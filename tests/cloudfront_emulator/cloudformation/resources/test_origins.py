"""Origins and groups (CloudFormation: AWS::CloudFront::Distribution Origin, OriginGroup)."""

from typing import Any

import pytest

from cloudfront_emulator.distribution import OriginGroup


def test_a_custom_origin_is_read(stack: Any) -> None:
    """API Reference, Origin, CustomOriginConfig and OriginCustomHeader."""
    stack.origin.update(
        {
            "OriginPath": "/live",
            "ConnectionAttempts": 2,
            "ConnectionTimeout": 4,
            "OriginCustomHeaders": [{"HeaderName": "X-Key", "HeaderValue": "k"}],
            "CustomOriginConfig": {
                "OriginProtocolPolicy": "http-only",
                "HTTPPort": 8080,
                "OriginReadTimeout": "45",
                "OriginSSLProtocols": ["TLSv1.2"],
            },
        }
    )
    origin = stack.read().origins["site"]
    assert (origin.protocol, origin.port, origin.path) == ("http", 8080, "/live")
    assert (origin.connection_attempts, origin.connection_timeout) == (2, 4)
    assert (origin.read_timeout, origin.headers) == (45, (("x-key", "k"),))
    assert (origin.ssl_protocols, origin.signs_requests) == (("TLSv1.2",), False)


@pytest.mark.parametrize(("behaviour", "signs"), [("always", True), ("never", False)])
def test_an_origin_access_control_signs(stack: Any, behaviour: str, signs: bool) -> None:
    """API Reference, OriginAccessControlConfig SigningBehavior."""
    control = {"Name": "c", "SigningBehavior": behaviour, "SigningProtocol": "sigv4"}
    stack.add_policy("Oac", "OriginAccessControl", control)
    stack.origin["OriginAccessControlId"] = {"Fn::GetAtt": ["Oac", "Id"]}
    assert stack.read().origins["site"].signs_requests is signs


def test_a_bucket_with_an_identity_is_signed_and_named_by_its_id(stack: Any) -> None:
    """API Reference, S3OriginConfig; an unknown domain becomes a placeholder."""
    del stack.origin["CustomOriginConfig"]
    stack.origin.update(
        {
            "DomainName": {"Fn::GetAtt": ["Bucket", "RegionalDomainName"]},
            "S3OriginConfig": {"OriginAccessIdentity": {"Fn::Sub": "origin/${Identity}"}},
        }
    )
    origin = stack.read().origins["site"]
    assert (origin.kind, origin.signs_requests) == ("s3", True)
    assert origin.domain_name == "site.origin.local"


def test_a_group_is_read_and_may_be_a_target(stack: Any) -> None:
    """API Reference, OriginGroup: a primary, a secondary and failover status codes."""
    stack.config["Origins"].append({**stack.origin, "Id": "spare"})
    stack.default["TargetOriginId"] = "both"
    stack.config["OriginGroups"] = {"Quantity": 1, "Items": [{
        "Id": "both",
        "FailoverCriteria": {"StatusCodes": {"Quantity": 2, "Items": [500, 503]}},
        "Members": {"Quantity": 2, "Items": [{"OriginId": "site"}, {"OriginId": "spare"}]},
    }]}  # fmt: skip
    group = OriginGroup(
        id="both", primary="site", secondary="spare", statuses=frozenset({500, 503})
    )
    assert stack.read().groups == {"both": group}
    del stack.config["Origins"][1]
    assert "Items[1].OriginId: no origin has the id 'spare'" in stack.read_refusal()


def test_unsupported_origins_are_refused(stack: Any) -> None:
    """CloudFormation, Origin: VpcOriginConfig; one of the configurations must be there."""
    del stack.origin["CustomOriginConfig"]
    assert "neither S3OriginConfig nor CustomOriginConfig" in stack.read_refusal()
    stack.origin["VpcOriginConfig"] = {"VpcOriginId": "v"}
    assert "Origins[0].VpcOriginConfig: VPC origins" in stack.read_refusal()
    assert stack.read(lenient=True).origins["site"].kind == "custom"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ConnectionAttempts", 0, "from 1 to 3"),
        ("ConnectionTimeout", 11, "from 1 to 10"),
        ("OriginCustomHeaders", [{"HeaderName": "A\r\nB", "HeaderValue": ""}], "not a header name"),
        ("OriginCustomHeaders", [{"HeaderName": "A", "HeaderValue": "\r\n"}], "control characters"),
        ("OriginCustomHeaders", [{"HeaderName": "Host", "HeaderValue": "x"}], "not add 'host'"),
        ("CustomOriginConfig", {"OriginProtocolPolicy": "http-only", "HTTPPort": 70_000}, "65535"),
        (
            "CustomOriginConfig",
            {"OriginProtocolPolicy": "http-only", "OriginReadTimeout": 1e9},
            "from 1 to 120",
        ),
    ],
)
def test_values_that_cloudfront_refuses_are_refused(
    stack: Any, name: str, value: Any, message: str
) -> None:
    """API Reference, Origin and CustomOriginConfig; Developer Guide, add-origin-custom-headers."""
    stack.origin[name] = value
    refused = stack.read_refusal()
    assert f"Origins[0].{name}" in refused
    assert message in refused
