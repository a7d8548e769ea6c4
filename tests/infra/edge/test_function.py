"""The edge stack: every rule of Lambda@Edge that the CDK does not check."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk.assertions import Match, Template

from edgefill.packs.layout import pack_key
from edgefill.visit import profile, query
from infra.deployment import build_stacks
from infra.edge.firewall import Firewall
from infra.edge.function import EdgeFunction
from infra.settings import LOCAL, NO_ACCOUNT, DomainSettings
from tests.infra.conftest import FolderBundles, read_context

EDGE_HANDLER = "lambdas.edge.handler.handler"


@pytest.fixture(scope="module", params=["dev", "prod", "local"])
def template(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[f"{request.param}-Edge"]


def find_function(template: Template) -> dict[str, Any]:
    (properties,) = (
        row["Properties"]
        for row in template.find_resources("AWS::Lambda::Function").values()
        if row["Properties"].get("Handler") == EDGE_HANDLER
    )
    function: dict[str, Any] = properties
    return function


def find_distribution(template: Template) -> dict[str, Any]:
    (resource,) = template.find_resources("AWS::CloudFront::Distribution").values()
    config: dict[str, Any] = resource["Properties"]["DistributionConfig"]
    return config


def test_the_function_uses_no_feature_that_lambda_at_edge_refuses(template: Template) -> None:
    """No environment, layers, VPC, dead-letter queue, tracing, image or other file system."""
    refused = {
        "Environment", "Layers", "VpcConfig", "DeadLetterConfig", "TracingConfig", "ImageConfig",
        "FileSystemConfigs", "KmsKeyArn", "EphemeralStorage", "SnapStart", "LoggingConfig",
    }  # fmt: skip
    assert not refused & find_function(template).keys()
    assert find_function(template).get("PackageType", "Zip") == "Zip"


def test_runtime_architecture_memory_and_time_are_within_the_limits(template: Template) -> None:
    """All of AWS's pages allow them at origin requests; the memory is the setting's."""
    edge = find_function(template)
    assert edge["Runtime"] == "python3.13"
    assert edge["Architectures"] == ["x86_64"]
    assert edge["MemorySize"] == LOCAL.edge_memory_mb >= 256
    assert edge["Timeout"] <= 5


def test_the_role_trusts_both_services(template: Template) -> None:
    """CloudFront replicates a function whose role edgelambda may assume."""
    template.has_resource_properties(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    Match.object_like(
                        {
                            "Principal": {
                                "Service": ["edgelambda.amazonaws.com", "lambda.amazonaws.com"]
                            }
                        }
                    )
                ]
            }
        },
    )


def test_the_distribution_uses_a_published_version(template: Template) -> None:
    """It runs at the origin request without the body, and outlives its stack."""
    versions = template.find_resources("AWS::Lambda::Version")
    personal = find_distribution(template)["CacheBehaviors"][0]
    (association,) = personal["LambdaFunctionAssociations"]
    assert association["EventType"] == "origin-request"
    assert association["LambdaFunctionARN"]["Ref"] in versions
    assert not association.get("IncludeBody")
    assert all(version["DeletionPolicy"] == "Retain" for version in versions.values())


@pytest.mark.parametrize("kind", ["function", "firewall"])
def test_another_region_is_refused(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Lambda@Edge and CloudFront's web ACLs exist only in us-east-1."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "x").write_text("x")
    stack = Stack(App(), "Elsewhere", env=Environment(region="eu-central-1"))
    constructors: dict[str, Callable[[], object]] = {
        "function": lambda: EdgeFunction(stack, "Edge", bundle=str(folder), memory_mb=256),
        "firewall": lambda: Firewall(stack, "Firewall", requests=100),
    }
    with pytest.raises(ValueError, match="us-east-1"):
        constructors[kind]()


def test_the_firewall_limits_the_rate_of_an_address(edge: Template) -> None:
    """The web ACL has CloudFront's scope and blocks above the rate in the settings."""
    edge.has_resource_properties(
        "AWS::WAFv2::WebACL",
        {
            "Scope": "CLOUDFRONT",
            "Rules": Match.array_with(
                [
                    Match.object_like(
                        {
                            "Action": {"Block": {}},
                            "Statement": {
                                "RateBasedStatement": Match.object_like(
                                    {
                                        "AggregateKeyType": "IP",
                                        "Limit": 2000,
                                        "ScopeDownStatement": Match.any_value(),
                                    }
                                )
                            },
                        }
                    )
                ]
            ),
        },
    )
    assert "WebACLId" in find_distribution(edge)


def test_the_rate_rule_does_not_count_the_edges_own_fetches(edge: Template) -> None:
    """It counts what visitors request, /p/ and /ask, and not the packs under /t/."""
    (acl,) = edge.find_resources("AWS::WAFv2::WebACL").values()
    (rule,) = [row for row in acl["Properties"]["Rules"] if row["Name"] == "Rate"]
    statement = rule["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["OrStatement"]
    matches = [row["ByteMatchStatement"] for row in statement["Statements"]]
    assert [match["SearchString"] for match in matches] == ["/p/", "/ask"]
    assert {match["PositionalConstraint"] for match in matches} == {"STARTS_WITH"}
    assert not pack_key("r", "e", "l").startswith(("p/", "ask"))


def test_the_url_is_an_output(template: Template) -> None:
    """The deployment ends with the address that answers."""
    (output,) = template.find_outputs("Url").values()
    assert "https://" in json.dumps(output["Value"])


def find_policy(template: Template, behaviour: dict[str, Any]) -> dict[str, Any]:
    policies = template.find_resources("AWS::CloudFront::CachePolicy")
    resource = policies[behaviour["CachePolicyId"]["Ref"]]
    config: dict[str, Any] = resource["Properties"]["CachePolicyConfig"]
    return config


def test_no_store_holds_on_personal_paths(template: Template) -> None:
    """Min TTL above 0 would override no-store; Max TTL 0 would empty the cache key."""
    personal = find_policy(template, find_distribution(template)["CacheBehaviors"][0])
    assert personal["MinTTL"] == 0
    assert personal["DefaultTTL"] == 0
    assert personal["MaxTTL"] > 0


def test_the_key_has_everything_that_a_personal_response_depends_on(template: Template) -> None:
    """Token, language and the parameters that are read: different visitors share no response."""
    behaviour = find_distribution(template)["CacheBehaviors"][0]
    key = find_policy(template, behaviour)["ParametersInCacheKeyAndForwardedToOrigin"]
    assert set(key["HeadersConfig"]["Headers"]) == {"Authorization", "Accept-Language"}
    assert key["CookiesConfig"] == {"CookieBehavior": "whitelist", "Cookies": [profile.COOKIE]}
    assert key["QueryStringsConfig"]["QueryStrings"] == [query.LOCALE, query.QUESTION]


def test_no_header_of_the_viewer_reaches_the_api(template: Template) -> None:
    """The origin request policy allows only headers of CloudFront: X-Edgefill-* is dropped."""
    template.resource_count_is("AWS::CloudFront::OriginRequestPolicy", 1)
    template.has_resource_properties(
        "AWS::CloudFront::OriginRequestPolicy",
        {
            "OriginRequestPolicyConfig": {
                "HeadersConfig": {
                    "HeaderBehavior": "whitelist",
                    "Headers": ["CloudFront-Viewer-Address", "CloudFront-Viewer-Country"],
                },
                "CookiesConfig": {"CookieBehavior": "none"},
                "QueryStringsConfig": {"QueryStringBehavior": "none"},
            }
        },
    )


def test_the_key_of_a_pack_is_its_path(template: Template) -> None:
    """It has nothing of a visitor; the pack's own Cache-Control applies, up to a year."""
    packs = find_policy(template, find_distribution(template)["CacheBehaviors"][1])
    key = packs["ParametersInCacheKeyAndForwardedToOrigin"]
    assert packs["MinTTL"] == 0
    assert packs["MaxTTL"] == 365 * 86_400
    assert key["HeadersConfig"]["HeaderBehavior"] == "none"
    assert key["CookiesConfig"]["CookieBehavior"] == "none"
    assert key["QueryStringsConfig"]["QueryStringBehavior"] == "none"
    assert key["EnableAcceptEncodingBrotli"]


def test_the_distribution_has_its_paths_protocols_and_error_ttls(template: Template) -> None:
    """Paths in order, HTTP/3, IPv6, cache tags, and errors cached for a second."""
    config = find_distribution(template)
    paths = [behaviour["PathPattern"] for behaviour in config["CacheBehaviors"]]
    assert paths == ["/p/*", "/t/*", "/ask*"]
    assert config["HttpVersion"] == "http2and3"
    assert config["IPV6Enabled"]
    assert config["CacheTagConfig"] == {"HeaderName": "x-amz-meta-cache-tag"}
    ttls = {row["ErrorCode"]: row["ErrorCachingMinTTL"] for row in config["CustomErrorResponses"]}
    assert ttls[403] == ttls[404] == 1


def test_questions_are_as_personal_as_pages(template: Template) -> None:
    """`/ask*` has the policies, the origin and the function of `/p/*`."""
    rows = {row["PathPattern"]: row for row in find_distribution(template)["CacheBehaviors"]}
    question, page = (dict(rows[path]) for path in ("/ask*", "/p/*"))
    assert question.pop("PathPattern") != page.pop("PathPattern")
    assert question == page


def test_requests_to_origins_are_signed(template: Template) -> None:
    """Origin access control always signs for the bucket and the Function URL."""
    kinds = [
        row["Properties"]["OriginAccessControlConfig"]["OriginAccessControlOriginType"]
        for row in template.find_resources("AWS::CloudFront::OriginAccessControl").values()
    ]
    assert sorted(kinds) == ["lambda", "s3"]
    template.all_resources_properties(
        "AWS::CloudFront::OriginAccessControl",
        {"OriginAccessControlConfig": {"SigningBehavior": "always"}},
    )


def test_cloudfront_may_invoke_the_url_and_the_function(template: Template) -> None:
    """Function URLs created since October 2025 need both (lambda/latest/dg/urls-auth.html)."""
    for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"):
        template.has_resource_properties(
            "AWS::Lambda::Permission",
            {
                "Action": action,
                "Principal": "cloudfront.amazonaws.com",
                "SourceArn": Match.any_value(),
            },
        )


def test_a_domain_brings_its_certificate_and_tls_1_2(tmp_path: Path) -> None:
    """The alias and the certificate are those of the settings."""
    arn = f"arn:aws:acm:us-east-1:{NO_ACCOUNT}:certificate/x"
    settings = replace(LOCAL, domain=DomainSettings(name="text.example.com", certificate_arn=arn))
    app = App(outdir=str(tmp_path / "cdk.out"), context=read_context())
    stacks = build_stacks(
        app, settings=settings, bundles=FolderBundles(tmp_path), jwks={"keys": []}
    )
    config = find_distribution(Template.from_stack(stacks.edge))
    assert config["Aliases"] == ["text.example.com"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": arn,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }


def test_without_a_domain_there_is_no_certificate(template: Template) -> None:
    """The domain is optional."""
    assert not {"Aliases", "ViewerCertificate"} & find_distribution(template).keys()
