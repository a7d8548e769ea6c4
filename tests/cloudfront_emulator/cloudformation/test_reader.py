"""A whole distribution (CloudFormation: AWS::CloudFront::Distribution) out of a template."""

from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.cloudformation import load_distribution
from cloudfront_emulator.distribution import ErrorResponse
from cloudfront_emulator.errors import CloudFormationRefused


def test_the_small_template_is_read(stack: Any) -> None:
    """CloudFormation's defaults: DistributionConfig, CacheBehavior and CustomOriginConfig."""
    read = stack.read()
    (behaviour,) = read.behaviours
    assert (read.id, behaviour.path, behaviour.origin) == ("Cdn", "*", "site")
    assert behaviour.methods == behaviour.cached_methods == {"GET", "HEAD"}
    assert behaviour.cache.max_ttl == 0
    assert read.origins["site"].domain_name == "shop.example"
    assert read.domain_name.endswith(".cloudfront.net")
    assert not stack.warnings


def test_behaviours_keep_their_order_and_the_default_is_last(stack: Any) -> None:
    """Developer Guide, DownloadDistValuesPathPattern: the listed order is the precedence."""
    stack.config["CacheBehaviors"] = [
        {**stack.default, "PathPattern": path} for path in ("/b/*", "/a/*")
    ]
    assert [each.path for each in stack.read().behaviours] == ["/b/*", "/a/*", "*"]


def test_error_responses_root_and_tags_are_read(stack: Any) -> None:
    """API Reference, CustomErrorResponse; Developer Guide, invalidation-by-tags."""
    stack.config.update(
        {
            "DefaultRootObject": "index.html",
            "CacheTagConfig": {"HeaderName": "Cache-Tag"},
            "CustomErrorResponses": [
                {"ErrorCode": 404, "ErrorCachingMinTTL": 1},
                {"ErrorCode": 403, "ResponseCode": 200, "ResponsePagePath": "/index.html"},
            ],
        }
    )
    read = stack.read()
    assert (read.default_root_object, read.tag_header) == ("index.html", "cache-tag")
    assert read.errors[404] == ErrorResponse(status=404, min_ttl=1)
    assert read.errors[403] == ErrorResponse(status=403, page="/index.html", page_status=200)


def test_properties_without_local_effect_are_accepted_silently(stack: Any) -> None:
    """CloudFormation, DistributionConfig: comment, logs, price class, certificate, tags."""
    stack.resources["Cdn"]["Properties"]["Tags"] = [{"Key": "a", "Value": "b"}]
    stack.config.update({
        "Comment": "c", "Logging": {"Bucket": "b"}, "PriceClass": "PriceClass_100",
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
        "HttpVersion": "http2and3", "IPV6Enabled": True,
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none"}},
    })  # fmt: skip
    stack.origin["OriginShield"] = {"Enabled": True, "OriginShieldRegion": "us-east-1"}
    stack.read()
    assert not stack.warnings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FunctionAssociations", [{"EventType": "viewer-request", "FunctionARN": "f"}]),
        ("TrustedKeyGroups", ["k"]),
        ("TrustedSigners", ["self"]),
        ("FieldLevelEncryptionId", "f"),
        ("SmoothStreaming", True),
        ("GrpcConfig", {"Enabled": True}),
        ("Surprise", 1),
    ],
)
def test_unsupported_properties_stop(stack: Any, name: str, value: Any) -> None:
    """CloudFormation, CacheBehavior; with `lenient` it is a warning."""
    stack.default[name] = value
    refused = stack.read_refusal()
    assert f"Cdn: DistributionConfig.DefaultCacheBehavior.{name}" in refused
    assert refused.endswith("serve without it with --lenient")
    stack.read(lenient=True)
    (warning,) = stack.warnings
    assert name in warning


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("WebACLId", "acl", "there is no firewall"),
        ("Enabled", False, "a disabled distribution serves nothing"),
        ("Staging", True, "staging"),
        ("Fn::ForEach::Each", ["x", ["a"], {}], "unsupported property"),
    ],
)
def test_unsupported_distribution_settings_stop(
    stack: Any, name: str, value: Any, what: str
) -> None:
    """CloudFormation, DistributionConfig; with `lenient` it is a warning."""
    stack.config[name] = value
    assert f"Cdn: DistributionConfig.{name}: {what}" in stack.read_refusal()
    stack.read(lenient=True)
    assert len(stack.warnings) == 1


def test_a_template_that_macros_will_change_stops(stack: Any) -> None:
    """CloudFormation, template anatomy: with Transform the deployed template differs."""
    stack.content["Transform"] = "AWS::Serverless-2016-10-31"
    assert "Transform: macros are not run" in stack.read_refusal()
    stack.read(lenient=True)


@pytest.mark.parametrize(
    ("name", "twin", "message"),
    [
        ("Origins", {"Id": "site"}, "Origins[1].Id: site is declared twice"),
        ("CacheBehaviors", {"PathPattern": "/a"}, "[1].PathPattern: /a is declared twice"),
        ("CustomErrorResponses", {"ErrorCode": 404}, "[1].ErrorCode: 404 is declared twice"),
    ],
)
def test_keys_that_must_be_unique_are_unique(
    stack: Any, name: str, twin: dict[str, Any], message: str
) -> None:
    """API Reference, DistributionConfig: ids, path patterns and error codes are unique."""
    whole = {
        "Origins": stack.origin,
        "CacheBehaviors": stack.default,
        "CustomErrorResponses": {},
    }
    stack.config[name] = [{**whole[name], **twin}] * 2
    assert message in stack.read_refusal()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"CustomErrorResponses": [{"ErrorCode": 404.5}]}, "expected a whole number, found 404.5"),
        (
            {"CustomErrorResponses": [
                {"ErrorCode": 404, "ResponseCode": 999, "ResponsePagePath": "/a"}
            ]},
            "expected a number from 200 to 599, found 999",
        ),
        ({"CacheTagConfig": {"HeaderName": "a b"}}, "'a b' is not a header name"),
    ],
)  # fmt: skip
def test_values_that_aws_refuses_are_refused(
    stack: Any, config: dict[str, Any], message: str
) -> None:
    """API Reference, CustomErrorResponse and CacheTagConfig."""
    stack.config.update(config)
    assert message in stack.read_refusal()


def test_a_pattern_has_at_most_255_characters(stack: Any) -> None:
    """Developer Guide, cloudfront-limits, "General quotas on distributions"."""
    stack.config["CacheBehaviors"] = [{**stack.default, "PathPattern": "/" + "a" * 255}]
    assert "at most 255 characters, not 256" in stack.read_refusal()


def test_a_viewer_protocol_policy_is_one_of_three(stack: Any) -> None:
    """CloudFormation, CacheBehavior ViewerProtocolPolicy; it is required."""
    stack.default["ViewerProtocolPolicy"] = "http-only"
    assert "not one of allow-all | https-only | redirect-to-https" in stack.read_refusal()


def test_all_diagnostics_are_reported_at_once(stack: Any) -> None:
    """One line each, faults and unsupported alike (AWS::CloudFront::Distribution)."""
    stack.config["Restrictions"] = {"GeoRestriction": {"RestrictionType": "whitelist"}}
    stack.default.update({"TargetOriginId": "nowhere", "Compress": "perhaps"})
    stack.config["CustomErrorResponses"] = [{"ErrorCode": 404, "ResponsePagePath": "/a"}]
    refused = stack.read_refusal()
    assert len(refused.splitlines()) == 5
    for place in ("RestrictionType", "TargetOriginId", "Compress", "[0].ResponseCode"):
        assert place in refused
    assert "Restriction" not in stack.read_refusal(lenient=True)


def test_a_template_has_one_distribution_or_one_is_chosen(stack: Any) -> None:
    """CloudFormation, template anatomy: a resource is known by its logical id."""
    stack.resources["Other"] = stack.resources["Cdn"]
    assert "several distributions: Cdn, Other" in stack.read_refusal()
    assert stack.read(distribution="Other").id == "Other"
    assert "no distribution Third" in stack.read_refusal(distribution="Third")
    del stack.resources["Other"], stack.resources["Cdn"]
    assert "no distribution" in stack.read_refusal()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a CloudFormation template"),
        ('{"Resources": {"A": 1}}', "A: Type"),
        ('{"Resources": {"A": {"Type": "T", "Condition": ["x"]}}}', "A: Condition"),
        ('{"Resources": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deep"),
    ],
)
def test_a_file_that_is_not_a_template_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    """CloudFormation, template anatomy: JSON with Resources, each with a Type."""
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(CloudFormationRefused, match=message):
        load_distribution(tmp_path / "x.json", warn=print)
    with pytest.raises(CloudFormationRefused, match="cannot be read"):
        load_distribution(tmp_path / "missing.json", warn=print)


def test_a_template_that_is_nested_too_deeply_is_refused(stack: Any) -> None:
    """JSON may be readable although its nested functions are not."""
    comment: Any = "x"
    for _ in range(300):
        comment = {"Fn::Join": ["", [comment]]}
    stack.config["Comment"] = comment
    assert "nested too deep" in stack.read_refusal()


def test_yaml_with_short_forms_is_read(tmp_path: Path) -> None:
    """CloudFormation, intrinsic-function-reference: `!Ref X` is `{Ref: X}`."""
    (tmp_path / "x.yaml").write_text("""
Parameters: {Host: {Type: String, Default: shop.example}}
Resources:
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: site
            DomainName: !Sub "www.${Host}"
            CustomOriginConfig: {OriginProtocolPolicy: http-only}
        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
""")
    (origin,) = load_distribution(tmp_path / "x.yaml", warn=print).origins.values()
    assert (origin.domain_name, origin.port) == ("www.shop.example", 80)
