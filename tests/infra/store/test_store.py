"""The store stack: its data and who may access it."""

import json

from aws_cdk.assertions import Match, Template

from edgefill.core.keys import Key
from edgefill.demand.table import TTL_ATTRIBUTE
from edgefill.packs.layout import DENIALS, OVERLAY, OVERLAY_DAYS, POINTER, held_key


def test_every_bucket_is_private_encrypted_and_requires_tls(store: Template) -> None:
    """No bucket is public, and plain HTTP is denied."""
    store.all_resources_properties(
        "AWS::S3::Bucket",
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "BucketEncryption": Match.any_value(),
        },
    )
    for policy in store.find_resources("AWS::S3::BucketPolicy").values():
        assert '"aws:SecureTransport": "false"' in json.dumps(policy)


def test_templates_are_versioned_and_logged(store: Template) -> None:
    """An overwritten release can be restored."""
    store.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "VersioningConfiguration": {"Status": "Enabled"},
            "LoggingConfiguration": Match.any_value(),
        },
    )


def test_templates_of_misses_expire_and_others_do_not(store: Template) -> None:
    """The overlay would grow with every question; releases, pointer and denials stay."""
    (rules,) = (
        row["Properties"]["LifecycleConfiguration"]["Rules"]
        for row in store.find_resources("AWS::S3::Bucket").values()
        if OVERLAY in json.dumps(row["Properties"].get("LifecycleConfiguration"))
    )
    expiring = {
        rule.get("Prefix"): rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule
    }
    assert expiring == {OVERLAY: OVERLAY_DAYS, "batch/": 30}
    assert not any(
        key.startswith(tuple(expiring)) for key in (POINTER, DENIALS, "t/r/r1/a/en.json")
    )
    assert {"ExpiredObjectDeleteMarker": True, "Status": "Enabled"} in rules


def test_cloudfront_may_read_only_templates(store: Template) -> None:
    """Only this account's distributions may get objects, and only under t/."""
    store.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": "s3:GetObject",
                                "Principal": {"Service": "cloudfront.amazonaws.com"},
                                "Condition": Match.object_like(
                                    {"StringEquals": {"AWS:SourceAccount": Match.any_value()}}
                                ),
                                "Resource": {
                                    "Fn::Join": ["", Match.array_with(["/t/*"])],
                                },
                            }
                        )
                    ]
                )
            }
        },
    )


def test_cloudfront_cannot_read_held_texts(store: Template) -> None:
    """Everything that it may get is under t/; held texts and sources are not."""
    (policies,) = (
        row["Properties"]["PolicyDocument"]["Statement"]
        for row in store.find_resources("AWS::S3::BucketPolicy").values()
        if "cloudfront" in json.dumps(row)
    )
    allowed = [
        json.dumps(row["Resource"])
        for row in policies
        if "cloudfront" in json.dumps(row["Principal"])
    ]
    assert len(allowed) == 1
    assert '"/t/*"' in allowed[0]
    assert not held_key(Key(experience="e", locale="l", case="any")).startswith("t/")


def test_the_table_has_the_keys_that_the_code_uses(store: Template) -> None:
    """Keys and TTL are those of edgefill/demand/table.py."""
    store.has_resource_properties(
        "AWS::DynamoDB::Table",
        {
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "TimeToLiveSpecification": {"AttributeName": TTL_ATTRIBUTE, "Enabled": True},
            "BillingMode": "PAY_PER_REQUEST",
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        },
    )


def test_a_key_that_keeps_failing_ends_in_the_dead_letter_queue(store: Template) -> None:
    """The queue is FIFO, has no content-based deduplication, and gives up after three tries."""
    store.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "FifoQueue": True,
            "ContentBasedDeduplication": False,
            "VisibilityTimeout": 600,
            "RedrivePolicy": Match.object_like({"maxReceiveCount": 3}),
        },
    )


def test_prod_keeps_its_data(store: Template) -> None:
    """Destroying the stack leaves bucket and table behind."""
    for type_ in ("AWS::S3::Bucket", "AWS::DynamoDB::Table"):
        store.all_resources(type_, {"DeletionPolicy": "Retain"})
