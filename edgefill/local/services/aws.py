"""Serves AWS on one machine with moto, and creates the resources that the stack needs.

`python -m edgefill.local.services.aws --port N` serves; all data is lost when it ends.
"""

from __future__ import annotations

import argparse
import json
import logging
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edgefill.local.services.lifecycle import put_overlay_lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from edgefill.store.aws import AwsClients

BUCKET = "edgefill-templates"
TABLE = "edgefill-demand"
QUEUE = "edgefill-misses.fifo"
MAX_RECEIVES = 3  # after these a message moves to the dead-letter queue


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsResources:
    """The names of the created resources."""

    bucket: str
    table: str
    queue_url: str


def create_resources(aws: AwsClients) -> AwsResources:
    """Create the bucket, the table, and the queue with its dead-letter queue."""
    from edgefill.demand.table import DemandTable  # noqa: PLC0415 (the server needs no boto3)

    with closing(aws.make_s3()) as s3:
        _create_bucket(s3)
    with closing(aws.make_dynamodb()) as dynamodb:
        DemandTable(dynamodb, TABLE).create()
    with closing(aws.make_sqs()) as sqs:
        return AwsResources(bucket=BUCKET, table=TABLE, queue_url=_create_queue(sqs))


def _create_bucket(s3: S3Client) -> None:
    """Create the bucket with the rules of the deployed one that matter here.

    The local edge has no credentials of a role, so its reads that bypass the CDN are unsigned.
    """
    s3.create_bucket(Bucket=BUCKET)
    read = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/t/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [read]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    put_overlay_lifecycle(s3, BUCKET)


def _create_queue(sqs: SQSClient) -> str:
    dead = sqs.create_queue(QueueName=f"dead-{QUEUE}", Attributes={"FifoQueue": "true"})
    arn = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
    redrive = {
        "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
        "maxReceiveCount": MAX_RECEIVES,
    }
    queue = sqs.create_queue(
        QueueName=QUEUE,
        Attributes={
            "FifoQueue": "true",
            "VisibilityTimeout": "120",
            "RedrivePolicy": json.dumps(redrive),
        },
    )
    return queue["QueueUrl"]


def ignore_date_with_etag(application: WSGIApplication) -> WSGIApplication:
    """`application` without If-Modified-Since in requests that have an If-None-Match.

    RFC 9110, section 13.1.3, says to ignore it there. moto does not ignore it, and answers 304
    for an object that was written twice within a second.
    """

    def drop_date(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" in environ:
            environ.pop("HTTP_IF_MODIFIED_SINCE", None)
        return application(environ, start_response)

    return drop_date


def main() -> None:
    """Serve moto until a signal ends it."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
    from werkzeug.serving import run_simple  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="edgefill.local.services.aws", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    application = ignore_date_with_etag(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", parser.parse_args().port, application, threaded=True)


if __name__ == "__main__":
    main()
