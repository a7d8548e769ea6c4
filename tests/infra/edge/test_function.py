"""The edge's stack: every rule of Lambda@Edge that the CDK would let pass."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk.assertions import Match, Template

from edgefill.visit.profile import COOKIE
from infra.deployment import NO_ACCOUNT, build_stacks
from infra.edge.firewall import Firewall
from infra.edge.function import EdgeFunction
from infra.settings import LOCAL, DomainSettings
from tests.infra.conftest import FolderBundles, context

EDGE_HANDLER = "lambdas.edge.handler.handler"


@pytest.fixture(scope="module", params=["dev", "prod", "local"])
def template(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[f"{request.param}-Edge"]


def function(template: Template) -> dict[str, Any]:
    (found,) = (
        row["Properties"]
        for row in template.find_resources("AWS::Lambda::Function").values()
        if row["Properties"].get("Handler") == EDGE_HANDLER
    )
    properties: dict[str, Any] = found
    return properties


def distribution(template: Template) -> dict[str, Any]:
    (found,) = template.find_resources("AWS::CloudFront::Distribution").values()
    config: dict[str, Any] = found["Properties"]["DistributionConfig"]
    return config


def test_no_feature_that_lambda_at_edge_refuses(template: Template) -> None:
    """No environment, layers, VPC, dead-letter queue, tracing, image or other file system."""
    refused = {
        "Environment", "Layers", "VpcConfig", "DeadLetterConfig", "TracingConfig", "ImageConfig",
        "FileSystemConfigs", "KmsKeyArn", "EphemeralStorage", "SnapStart", "LoggingConfig",
    }  # fmt: skip
    assert not refused & function(template).keys()
    assert function(template).get("PackageType", "Zip") == "Zip"


def test_runtime_architecture_memory_and_time_are_within_the_conservative_limits(
    template: Template,
) -> None:
    """Python 3.13 on x86-64, 128 MB, 5 s: what every one of AWS's pages allows."""
    edge = function(template)
    assert edge["Runtime"] == "python3.13"
    assert edge["Architectures"] == ["x86_64"]
    assert edge["MemorySize"] <= 128
    assert edge["Timeout"] <= 5


def test_the_role_trusts_both_services(template: Template) -> None:
    """CloudFront replicates what edgelambda may assume."""
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


def test_the_distribution_is_given_a_version_and_never_latest(template: Template) -> None:
    """Origin request, a published version that outlives its stack, and no body."""
    versions = template.find_resources("AWS::Lambda::Version")
    personal = distribution(template)["CacheBehaviors"][0]
    (association,) = personal["LambdaFunctionAssociations"]
    assert association["EventType"] == "origin-request"
    assert association["LambdaFunctionARN"]["Ref"] in versions
    assert not association.get("IncludeBody")
    assert all(version["DeletionPolicy"] == "Retain" for version in versions.values())


@pytest.mark.parametrize("kind", ["function", "firewall"])
def test_another_region_is_refused(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Lambda@Edge and CloudFront's web ACLs live in us-east-1; elsewhere the synthesis stops."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "x").write_text("x")
    stack = Stack(App(), "Elsewhere", env=Environment(region="eu-central-1"))
    make: dict[str, Callable[[], object]] = {
        "function": lambda: EdgeFunction(stack, "Edge", bundle=str(folder)),
        "firewall": lambda: Firewall(stack, "Firewall", requests=100),
    }
    with pytest.raises(ValueError, match="us-east-1"):
        make[kind]()


def test_the_firewall_is_cloudfronts_and_counts_addresses(edge: Template) -> None:
    """The web ACL has CloudFront's scope and blocks above the rate of the settings."""
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
                                    {"AggregateKeyType": "IP", "Limit": 2000}
                                )
                            },
                        }
                    )
                ]
            ),
        },
    )
    assert "WebACLId" in distribution(edge)


def policy(template: Template, behaviour: dict[str, Any]) -> dict[str, Any]:
    policies = template.find_resources("AWS::CloudFront::CachePolicy")
    named = policies[behaviour["CachePolicyId"]["Ref"]]
    config: dict[str, Any] = named["Properties"]["CachePolicyConfig"]
    return config


def test_no_store_holds_on_personal_paths(template: Template) -> None:
    """Min TTL 0, or CloudFront keeps what says no-store; Max TTL above 0, or no key is kept."""
    personal = policy(template, distribution(template)["CacheBehaviors"][0])
    assert personal["MinTTL"] == 0
    assert personal["DefaultTTL"] == 0
    assert personal["MaxTTL"] > 0


def test_whatever_shapes_a_personal_answer_is_in_the_key(template: Template) -> None:
    """Token by cookie or header, language and query: visitors who differ never share a response."""
    behaviour = distribution(template)["CacheBehaviors"][0]
    key = policy(template, behaviour)["ParametersInCacheKeyAndForwardedToOrigin"]
    assert set(key["HeadersConfig"]["Headers"]) == {"Authorization", "Accept-Language"}
    assert key["CookiesConfig"] == {"CookieBehavior": "whitelist", "Cookies": [COOKIE.rstrip("=")]}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}


def test_no_header_of_the_viewers_reaches_the_api(template: Template) -> None:
    """The origin request policy is a list of CloudFront's own headers: X-Edgefill-* is stripped."""
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


def test_packs_are_kept_by_their_path_alone(template: Template) -> None:
    """A pack's key holds nothing of a visitor; its own Cache-Control rules, up to a year."""
    packs = policy(template, distribution(template)["CacheBehaviors"][1])
    key = packs["ParametersInCacheKeyAndForwardedToOrigin"]
    assert packs["MinTTL"] == 0
    assert packs["MaxTTL"] == 365 * 86_400
    assert key["HeadersConfig"]["HeaderBehavior"] == "none"
    assert key["CookiesConfig"]["CookieBehavior"] == "none"
    assert key["QueryStringsConfig"]["QueryStringBehavior"] == "none"
    assert key["EnableAcceptEncodingBrotli"]


def test_the_distribution_is_as_the_design_says(template: Template) -> None:
    """Paths in order, HTTP/3, IPv6, tags, and errors kept for a second."""
    config = distribution(template)
    paths = [behaviour["PathPattern"] for behaviour in config["CacheBehaviors"]]
    assert paths == ["/p/*", "/t/*", "/ask*"]
    assert config["HttpVersion"] == "http2and3"
    assert config["IPV6Enabled"]
    assert config["CacheTagConfig"] == {"HeaderName": "x-amz-meta-cache-tag"}
    kept = {row["ErrorCode"]: row["ErrorCachingMinTTL"] for row in config["CustomErrorResponses"]}
    assert kept[403] == kept[404] == 1


def test_questions_are_as_personal_as_pages(template: Template) -> None:
    """`/ask*` has the policies, the origin and the function of `/p/*`."""
    rows = {row["PathPattern"]: row for row in distribution(template)["CacheBehaviors"]}
    asked, page = (dict(rows[path]) for path in ("/ask*", "/p/*"))
    assert asked.pop("PathPattern") != page.pop("PathPattern")
    assert asked == page


def test_origins_are_signed_for(template: Template) -> None:
    """Bucket and Function URL are reached through origin access control, which always signs."""
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
    """Function URLs made since October 2025 ask for both (lambda/latest/dg/urls-auth.html)."""
    for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"):
        template.has_resource_properties(
            "AWS::Lambda::Permission",
            {
                "Action": action,
                "Principal": "cloudfront.amazonaws.com",
                "SourceArn": Match.any_value(),
            },
        )


def test_a_failing_api_is_not_the_last_word(template: Template) -> None:
    """A group: on 5xx the edge function runs again, for an S3 origin, by which it knows."""
    config = distribution(template)
    (group,) = config["OriginGroups"]["Items"]
    first, second = (member["OriginId"] for member in group["Members"]["Items"])
    assert (first, second) == ("api", "templates")
    assert group["FailoverCriteria"]["StatusCodes"]["Items"] == [500, 502, 503, 504]
    assert config["CacheBehaviors"][0]["TargetOriginId"] == group["Id"]
    (bucket,) = (origin for origin in config["Origins"] if origin["Id"] == second)
    assert "S3OriginConfig" in bucket


def test_past_the_cdn_the_edge_reads_the_store_itself(template: Template) -> None:
    """Either origin names the bucket to the edge function, whose role may read `t/`."""
    origins = [each for each in distribution(template)["Origins"] if each["Id"] != "site"]
    assert len(origins) == 2
    for origin in origins:
        (header,) = origin["OriginCustomHeaders"]
        assert header["HeaderName"] == "X-Edgefill-Store"
        assert "RegionalDomainName" in str(header["HeaderValue"])
    policies = template.find_resources("AWS::IAM::Policy").values()
    statements = [s for p in policies for s in p["Properties"]["PolicyDocument"]["Statement"]]
    (reads,) = (each for each in statements if each["Action"] == "s3:GetObject")
    assert str(reads["Resource"]).endswith("'/t/*']]}")


def test_a_domain_brings_its_certificate_and_tls_1_2(tmp_path: Path) -> None:
    """Without one CloudFront's own certificate serves, and there is no name to answer to."""
    arn = f"arn:aws:acm:us-east-1:{NO_ACCOUNT}:certificate/x"
    named = replace(LOCAL, domain=DomainSettings(name="text.example.com", certificate_arn=arn))
    app = App(outdir=str(tmp_path / "cdk.out"), context=context())
    made = build_stacks(app, settings=named, bundles=FolderBundles(tmp_path), jwks={"keys": []})
    config = distribution(Template.from_stack(made.edge))
    assert config["Aliases"] == ["text.example.com"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": arn,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }


def test_without_a_domain_there_is_no_certificate(template: Template) -> None:
    """The domain is optional."""
    assert not {"Aliases", "ViewerCertificate"} & distribution(template).keys()
