"""The CDN's access log: what is in it, and what never is."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk.assertions import Match, Template


def properties(template: Template, kind: str) -> dict[str, Any]:
    (resource,) = template.find_resources(kind).values()
    found: dict[str, Any] = resource["Properties"]
    return found


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_no_field_of_a_person_is_logged(templates: dict[str, Template], stage: str) -> None:
    """Questions stand in query strings and referrers, tokens in cookies; addresses are people's."""
    edge = templates[f"{stage}-Edge"]
    fields = set(properties(edge, "AWS::Logs::Delivery")["RecordFields"])
    assert {"date", "time", "cs-uri-stem", "sc-status", "x-edge-result-type"} <= fields
    assert not fields & {
        "cs-uri-query", "cs(Referer)", "cs(Cookie)", "c-ip", "c-port", "x-forwarded-for",
    }  # fmt: skip
    (cdn,) = edge.find_resources("AWS::CloudFront::Distribution").values()
    assert "Logging" not in cdn["Properties"]["DistributionConfig"]


def test_the_log_is_the_distributions_and_lies_in_its_bucket(edge: Template) -> None:
    """One source, one destination, joined by their names."""
    source = properties(edge, "AWS::Logs::DeliverySource")
    assert source["LogType"] == "ACCESS_LOGS"
    assert "distribution/" in str(source["ResourceArn"])
    assert properties(edge, "AWS::Logs::Delivery")["DeliverySourceName"] == source["Name"]
    assert len(source["Name"]) <= 60
    assert properties(edge, "AWS::Logs::DeliveryDestination")["OutputFormat"] == "json"


def test_that_source_alone_may_write(edge: Template) -> None:
    """Of this account, by the delivery service."""
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
    """No emulator delivers one."""
    templates["local-Edge"].resource_count_is("AWS::Logs::Delivery", 0)
