"""Checks of the deployed account at each step of the rehearsal.

Each raises AssertionError when the account is not as it should be. The first line of a check's
docstring is printed when the check has passed.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.keys import Key
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import make_person_verdict
from edgefill.local.rehearsal.account import HANDLERS, DeployedAccount
from edgefill.local.rehearsal.cdk import STACKS
from edgefill.local.services.identity import DevIdentityProvider, DevVisitor
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.release import publish_drafts

CATALOGUE = Path("templates/catalogue")
EVENT = Path("tests/events/cloudfront_origin_request.json")
PATH = "/p/order-delayed?locale=en"
KEY = Key(experience="order-delayed", locale="en", case="any.any")
ADA = DevVisitor(subject="ada", slots={"name": "Ada", "order_id": "T-1815"})


def check_store(account: DeployedAccount) -> None:
    """The bucket is private, versioned and TLS only; the table and the queues are as documented."""
    s3, bucket = (
        account.create_client("s3"),
        account.find_resource("Store", "AWS::S3::Bucket", "Templates"),
    )
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    access_block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(access_block.values()), access_block
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert any(row["Effect"] == "Deny" and "aws:SecureTransport" in str(row) for row in policy)
    (cdn,) = [row for row in policy if "cloudfront" in str(row["Principal"])]
    assert cdn["Action"] == "s3:GetObject"
    assert cdn["Resource"].endswith(f"{bucket}/t/*")
    table = account.find_resource("Store", "AWS::DynamoDB::Table")
    keys = account.create_client("dynamodb").describe_table(TableName=table)["Table"]["KeySchema"]
    assert [key["AttributeName"] for key in keys] == ["pk", "sk"]
    queue = _read_queue(account)
    assert queue["FifoQueue"] == "true"
    assert json.loads(queue["RedrivePolicy"])["maxReceiveCount"] in {3, "3"}


def check_edge(account: DeployedAccount) -> None:
    """The function keeps Lambda@Edge's limits; the distribution is wired as declared."""
    edge = account.list_functions()["edge"]
    assert edge["Architectures"] == ["x86_64"]
    assert (edge["Runtime"], edge["MemorySize"], edge["Timeout"]) == ("python3.13", 256, 5)
    assert not edge.get("Environment", {}).get("Variables")
    assert not edge.get("Layers")
    (cdn,) = account.list_distributions()
    assert cdn["CacheTagConfig"] == {"HeaderName": "x-amz-meta-cache-tag"}
    behaviours = {row["PathPattern"]: row for row in cdn["CacheBehaviors"]["Items"]}
    assert list(behaviours) == ["/p/*", "/t/*", "/ask*"]
    (association,) = behaviours["/p/*"]["LambdaFunctionAssociations"]["Items"]
    assert association["EventType"] == "origin-request"
    assert association["LambdaFunctionARN"].endswith(f":{account.list_edge_versions()[-1]}")
    policy = account.create_client("cloudfront").get_cache_policy(
        Id=behaviours["/p/*"]["CachePolicyId"]
    )["CachePolicy"]["CachePolicyConfig"]
    assert policy["MinTTL"] == 0


def check_edge_responses(account: DeployedAccount) -> None:
    """The deployed edge bundle imports, refuses a bad request, and forwards a miss."""
    event = json.loads(EVENT.read_bytes())
    request = event["Records"][0]["cf"]["request"]
    request |= {"method": "POST", "uri": "/p/order-delayed", "querystring": ""}
    assert account.invoke_edge(event)["status"] == "405"
    request |= {"method": "GET"}
    forwarded = account.invoke_edge(event)
    assert forwarded["uri"] == "/p/order-delayed"
    assert not [name for name in forwarded["headers"] if name in {"cookie", "authorization"}]


def check_api_fallback(account: DeployedAccount, identity: DevIdentityProvider) -> None:
    """An unsigned request is refused; a visitor gets the fallback, by name; the key is queued."""
    assert account.call_api(PATH, sign=False).status_code == 403
    answer = account.call_api(PATH, headers=_build_token_header(identity))
    assert answer.status_code == 200, answer.text
    assert answer.headers["X-Edgefill"].startswith(f"fallback; template={KEY}; reason=cold")
    assert "Ada" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    queue = _read_queue(account)
    counters = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    assert sum(int(queue[name]) for name in counters) >= 1


def check_api_fill(account: DeployedAccount, identity: DevIdentityProvider) -> None:
    """The deployed API fills a template that is published to the deployed bucket."""
    catalogue = load_catalogue(CATALOGUE)
    text = "<p>Hello {{ name }}, {{ order_id }} comes late. Sorry!</p>"
    draft = Candidate(
        key=KEY, text=text, provenance=Provenance(origin="person", model="")
    ).add_verdicts(make_person_verdict("pass", reader="rehearsal", reason="written by hand"))
    bucket = account.find_resource("Store", "AWS::S3::Bucket", "Templates")
    publish_drafts(
        S3ObjectStore(account.create_client("s3"), bucket),
        catalogue=catalogue,
        drafts=[draft],
        now=datetime.now(UTC),
    )
    time.sleep(6)  # the API reads the pointer every 5 s
    answer = account.call_api(PATH, headers=_build_token_header(identity))
    assert answer.headers["X-Edgefill"] == f"miss; template={KEY}; generated=false"
    assert answer.text == "<p>Hello Ada, T-1815 comes late. Sorry!</p>"


def check_key_is_refused(account: DeployedAccount, identity: DevIdentityProvider) -> None:
    """A token signed with a key that is not deployed is ignored: no name appears."""
    assert "Ada" not in account.call_api(PATH, headers=_build_token_header(identity)).text


def check_key_is_accepted(account: DeployedAccount, identity: DevIdentityProvider) -> None:
    """A token signed with a deployed key is accepted."""
    assert "Hello Ada" in account.call_api(PATH, headers=_build_token_header(identity)).text


def read_state(account: DeployedAccount) -> dict[str, object]:
    """What a deployment would change: update times of the stacks, code hashes, versions."""
    stacks = account.list_stacks()
    return {
        "stacks": {name: str(row.get("LastUpdatedTime")) for name, row in stacks.items()},
        "code": {name: row["CodeSha256"] for name, row in account.list_functions().items()},
        "versions": account.list_edge_versions(),
    }


def empty_buckets(account: DeployedAccount) -> None:
    """Delete all object versions, as docs/deploy.md says to do before a stack is destroyed."""
    s3 = account.create_client("s3")
    for row in s3.list_buckets()["Buckets"]:
        if row["Name"].startswith("edgefill"):
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=row["Name"]):
                for kind in ("Versions", "DeleteMarkers"):
                    for version in page.get(kind, ()):
                        s3.delete_object(
                            Bucket=row["Name"], Key=version["Key"], VersionId=version["VersionId"]
                        )


def check_nothing_left(account: DeployedAccount) -> None:
    """No stack, function, distribution, table or bucket of the stage is left."""
    assert not account.list_stacks().keys() & set(STACKS)
    assert not set(HANDLERS) & account.list_functions().keys()
    assert not account.list_distributions()
    assert not account.create_client("dynamodb").list_tables()["TableNames"]
    names = [row["Name"] for row in account.create_client("s3").list_buckets()["Buckets"]]
    assert not [name for name in names if name.startswith("edgefill")]


def _build_token_header(identity: DevIdentityProvider) -> dict[str, str]:
    return {"X-Edgefill-Profile": identity.mint_token(ADA, now=time.time())}


def _read_queue(account: DeployedAccount) -> dict[str, str]:
    url = account.find_resource("Store", "AWS::SQS::Queue", "Keys")
    attributes: dict[str, str] = account.create_client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["All"]
    )["Attributes"]
    return attributes
