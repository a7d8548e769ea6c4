"""The local SQS event source: receives messages and calls the queue worker's handler.

Once an hour it also deletes the objects that the bucket's lifecycle has expired (lifecycle.py).

Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS": the event's shape, and
`batchItemFailures` for messages that stay in the queue.
`python -m edgefill.local.services.worker --endpoint URL --queue URL --bucket NAME` runs
lambdas.api.worker.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from edgefill.local.services.lifecycle import expire_objects

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WorkerHandler = Callable[[dict[str, Any], Any], Any]
WAIT_S = 5  # the wait of a long poll
EXPIRY_S = 3600  # between two looks at the lifecycle
PAUSE_S = 1.0  # before the next try when the queue or the handler failed
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:edgefill-misses.fifo"

log = logging.getLogger("worker")


def drain_queue(
    client: SQSClient, queue_url: str, handler: WorkerHandler, *, wait: int = WAIT_S
) -> int:
    """Handle up to ten messages; returns the number of messages deleted from the queue.

    Waits up to `wait` seconds for a message. Messages that the handler reports as failed stay.
    """
    messages = client.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=wait,
        MessageSystemAttributeNames=["All"],
    ).get("Messages", [])
    if not messages:
        return 0
    records = [_to_record(message) for message in messages]
    failed = _list_failures(handler({"Records": records}, None))
    done = [record for record in records if record["messageId"] not in failed]
    for record in done:
        client.delete_message(QueueUrl=queue_url, ReceiptHandle=record["receiptHandle"])
    return len(done)


def _to_record(message: Any) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE_ARN,
        "awsRegion": "us-east-1",
    }


def _list_failures(answer: Any) -> set[str]:
    failures = (answer or {}).get("batchItemFailures", [])
    return {failure["itemIdentifier"] for failure in failures}


def main() -> None:
    """Drain the queue until a signal ends it."""
    from edgefill.store.aws import AwsClients  # noqa: PLC0415 (boto3 is slow to import)
    from lambdas.api.worker import handler  # noqa: PLC0415 (it reads the environment)

    parser = argparse.ArgumentParser(prog="edgefill.local.services.worker", description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--queue", required=True)
    parser.add_argument("--bucket", required=True)
    options = parser.parse_args()
    aws = replace(AwsClients.for_emulator(options.endpoint), read_timeout=4 * WAIT_S)
    client, s3, next_expiry = aws.make_sqs(), aws.make_s3(), 0.0
    while True:
        try:
            if time.monotonic() >= next_expiry:
                next_expiry = time.monotonic() + EXPIRY_S
                expire_objects(s3, options.bucket, datetime.now(UTC))
            drain_queue(client, options.queue, handler)
        except Exception as error:  # the next try follows, as in AWS
            log.warning("messages stay in the queue: %s", error)
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
