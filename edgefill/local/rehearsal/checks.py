"""What must be true of an account at each step of the rehearsal; else AssertionError."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.keys import Key
from edgefill.local.rehearsal.account import HANDLERS, Account
from edgefill.local.rehearsal.cdk import STACKS
from edgefill.local.services.identity import Identity, Profile
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.outcome import FinishedDraft
from lambdas.batch.release import publish_drafts

CATALOGUE = Path("templates/catalogue")
EVENT = Path("tests/events/cloudfront_origin_request.json")
PATH = "/p/order-delayed?locale=en"
KEY = Key(experience="order-delayed", locale="en", case="any.any")
ADA = Profile(subject="ada", slots={"name": "Ada", "order_id": "T-1815"})


def store_stands(account: Account) -> None:
    """The bucket is private, versioned and TLS only; the table and the queues are as documented."""
    s3, bucket = account.client("s3"), account.resource("Store", "AWS::S3::Bucket", "Templates")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    closed = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(closed.values()), closed
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert any(row["Effect"] == "Deny" and "aws:SecureTransport" in str(row) for row in policy)
    (cdn,) = [row for row in policy if "cloudfront" in str(row["Principal"])]
    assert cdn["Action"] == "s3:GetObject"
    assert cdn["Resource"].endswith(f"{bucket}/t/*")
    table = account.resource("Store", "AWS::DynamoDB::Table")
    keys = account.client("dynamodb").describe_table(TableName=table)["Table"]["KeySchema"]
    assert [key["AttributeName"] for key in keys] == ["pk", "sk"]
    queue = _queue(account)
    assert queue["FifoQueue"] == "true"
    assert json.loads(queue["RedrivePolicy"])["maxReceiveCount"] in {3, "3"}


def edge_stands(account: Account) -> None:
    """The function is what Lambda@Edge allows; the distribution is wired as declared."""
    edge = account.functions()["edge"]
    assert edge["Architectures"] == ["x86_64"]
    assert (edge["Runtime"], edge["MemorySize"], edge["Timeout"]) == ("python3.13", 128, 5)
    assert not edge.get("Environment", {}).get("Variables")
    assert not edge.get("Layers")
    (cdn,) = account.distributions()
    assert cdn["CacheTagConfig"] == {"HeaderName": "x-amz-meta-cache-tag"}
    behaviours = {row["PathPattern"]: row for row in cdn["CacheBehaviors"]["Items"]}
    assert list(behaviours) == ["/p/*", "/t/*", "/ask*"]
    (association,) = behaviours["/p/*"]["LambdaFunctionAssociations"]["Items"]
    assert association["EventType"] == "origin-request"
    assert association["LambdaFunctionARN"].endswith(f":{account.edge_versions()[-1]}")
    policy = account.client("cloudfront").get_cache_policy(Id=behaviours["/p/*"]["CachePolicyId"])[
        "CachePolicy"
    ]["CachePolicyConfig"]
    assert policy["MinTTL"] == 0


def edge_answers(account: Account) -> None:
    """The deployed edge bundle imports, refuses what is bad, and passes on what it cannot fill."""
    event = json.loads(EVENT.read_bytes())
    request = event["Records"][0]["cf"]["request"]
    request |= {"method": "POST", "uri": "/p/order-delayed", "querystring": ""}
    assert account.ask_edge(event)["status"] == "405"
    request |= {"method": "GET"}
    passed = account.ask_edge(event)
    assert passed["uri"] == "/p/order-delayed"
    assert not [name for name in passed["headers"] if name in {"cookie", "authorization"}]


def api_falls_back(account: Account, identity: Identity) -> None:
    """Nobody unsigned gets in; a visitor gets the fallback, by name, and the key is queued."""
    assert account.ask(PATH, signed=False).status_code == 403
    answer = account.ask(PATH, headers=_token(identity))
    assert answer.status_code == 200, answer.text
    assert answer.headers["X-Edgefill"].startswith(f"fallback; template={KEY}; reason=cold")
    assert "Ada" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    queue = _queue(account)
    kept = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    assert sum(int(queue[name]) for name in kept) >= 1


def api_finds(account: Account, identity: Identity) -> None:
    """What is published to the deployed bucket, the deployed API fills."""
    catalogue = load_catalogue(CATALOGUE)
    text = "<p>Hello {{ name }}, {{ order_id }} comes late. Sorry!</p>"
    draft = FinishedDraft(key=KEY, text=text, model="hand", tokens=0, seconds=0, tries=1)
    bucket = account.resource("Store", "AWS::S3::Bucket", "Templates")
    publish_drafts(
        S3ObjectStore(account.client("s3"), bucket),
        catalogue=catalogue,
        drafts=[draft],
        now=datetime.now(UTC),
    )
    time.sleep(6)  # the API reads the pointer every 5 s
    answer = account.ask(PATH, headers=_token(identity))
    assert answer.headers["X-Edgefill"] == f"miss; template={KEY}; generated=false"
    assert answer.text == "<p>Hello Ada, T-1815 comes late. Sorry!</p>"


def key_is_refused(account: Account, identity: Identity) -> None:
    """A token of a key that is not deployed makes nobody's name appear."""
    assert "Ada" not in account.ask(PATH, headers=_token(identity)).text


def key_is_believed(account: Account, identity: Identity) -> None:
    """A token of a deployed key is a visitor's."""
    assert "Hello Ada" in account.ask(PATH, headers=_token(identity)).text


def state(account: Account) -> dict[str, object]:
    """Whatever a deployment would touch: stacks' times, code, versions."""
    stacks = account.stacks()
    return {
        "stacks": {name: str(row.get("LastUpdatedTime")) for name, row in stacks.items()},
        "code": {name: row["CodeSha256"] for name, row in account.functions().items()},
        "versions": account.edge_versions(),
    }


def emptied(account: Account) -> None:
    """Empty the buckets, as docs/deploy.md tells people to before they take a stack down."""
    s3 = account.client("s3")
    for row in s3.list_buckets()["Buckets"]:
        if row["Name"].startswith("edgefill"):
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=row["Name"]):
                for kind in ("Versions", "DeleteMarkers"):
                    for found in page.get(kind, ()):
                        s3.delete_object(
                            Bucket=row["Name"], Key=found["Key"], VersionId=found["VersionId"]
                        )


def gone(account: Account) -> None:
    """No stack, function, distribution, table or bucket of ours is left."""
    assert not account.stacks().keys() & set(STACKS)
    assert not set(HANDLERS) & account.functions().keys()
    assert not account.distributions()
    assert not account.client("dynamodb").list_tables()["TableNames"]
    names = [row["Name"] for row in account.client("s3").list_buckets()["Buckets"]]
    assert not [name for name in names if name.startswith("edgefill")]


def _token(identity: Identity) -> dict[str, str]:
    return {"X-Edgefill-Profile": identity.mint(ADA, now=time.time())}


def _queue(account: Account) -> dict[str, str]:
    url = account.resource("Store", "AWS::SQS::Queue", "Keys")
    found: dict[str, str] = account.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["All"]
    )["Attributes"]
    return found
