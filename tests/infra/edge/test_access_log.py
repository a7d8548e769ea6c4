"""The fields and permissions of the CDN's access log."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk.assertions import Match, Template


def find_properties(template: Template, kind: str) -> dict[str, Any]:
    (resource,) = template.find_resources(kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_no_personal_field_is_logged(templates: dict[str, Template], stage: str) -> None:
    """Query strings and referrers hold questions, cookies hold tokens, addresses are personal."""
    edge = templates[f"{stage}-Edge"]
    fields = set(find_properties(edge, "AWS::Logs::Delivery")["RecordFields"])
    assert {"date", "time", "cs-uri-stem", "sc-status", "x-edge-result-type"} <= fields
    assert not fields & {
        "cs-uri-query", "cs(Referer)", "cs(Cookie)", "c-ip", "c-port", "x-forwarded-for",
    }  # fmt: skip
    (cdn,) = edge.find_resources("AWS::CloudFront::Distribution").values()
    assert "Logging" not in cdn["Properties"]["DistributionConfig"]


def test_the_distributions_log_is_delivered_to_its_bucket(edge: Template) -> None:
    """There is one source and one destination; the delivery names both."""
    source = find_properties(edge, "AWS::Logs::DeliverySource")
    assert source["LogType"] == "ACCESS_LOGS"
    assert "distribution/" in str(source["ResourceArn"])
    assert find_properties(edge, "AWS::Logs::Delivery")["DeliverySourceName"] == source["Name"]
    assert len(source["Name"]) <= 60
    assert find_properties(edge, "AWS::Logs::DeliveryDestination")["OutputFormat"] == "json"


def test_only_the_delivery_source_may_write(edge: Template) -> None:
    """It must be of this account, and the delivery service writes for it."""
    edge.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": "s3:PutObject",
                                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                                "Condition": Match.object_like(
                                    {"ArnLike": {"AWS:SourceArn": Match.any_value()}}
                                ),
                            }
                        )
                    ]
                )
            }
        },
    )


def test_the_rehearsal_has_no_log(templates: dict[str, Template]) -> None:
    """Emulators deliver none."""
    templates["local-Edge"].resource_count_is("AWS::Logs::Delivery", 0)
