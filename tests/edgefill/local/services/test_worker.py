"""The queue's event source, over moto."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from edgefill.local.services.aws import create_resources
from edgefill.local.services.worker import drain_queue
from edgefill.store.aws import AwsClients

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Queue = tuple["SQSClient", str]


@pytest.fixture
def queue() -> Iterator[Queue]:
    with mock_aws():
        url = create_resources(AwsClients(credentials=("local", "local"))).queue_url
        with closing(AwsClients(credentials=("local", "local")).make_sqs()) as client:
            yield client, url


def send(queue: Queue, *bodies: str) -> None:
    client, url = queue
    for body in bodies:
        client.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId=body, MessageDeduplicationId=body
        )


def left(queue: Queue) -> int:
    client, url = queue
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]  # type: ignore[arg-type]
    return sum(map(int, counts.values()))


def test_messages_arrive_as_an_sqs_event_and_are_taken_out(queue: Queue) -> None:
    """The handler sees the documented shape; what it handled is gone."""
    events: list[dict[str, Any]] = []
    send(queue, "a", "b")
    assert drain_queue(*queue, lambda event, _context: events.append(event), wait=0) == 2
    records = events[0]["Records"]
    assert [record["body"] for record in records] == ["a", "b"]
    assert records[0]["eventSource"] == "aws:sqs"
    assert records[0]["attributes"]["MessageGroupId"] == "a"
    assert left(queue) == 0


def test_what_the_handler_reports_as_failed_stays(queue: Queue) -> None:
    """batchItemFailures name the messages that come back later."""
    send(queue, "a", "b")

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        failed = event["Records"][1]["messageId"]
        return {"batchItemFailures": [{"itemIdentifier": failed}]}

    assert drain_queue(*queue, handler, wait=0) == 1
    assert left(queue) == 1


def test_an_empty_queue_calls_nobody(queue: Queue) -> None:
    """Without messages the handler is not called."""
    called: list[Any] = []
    assert drain_queue(*queue, lambda *given: called.append(given), wait=0) == 0
    assert called == []


def test_a_handler_that_fails_takes_nothing_out(queue: Queue) -> None:
    """An exception leaves every message in the queue."""
    send(queue, "a")

    def handler(_event: dict[str, Any], _context: object) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        drain_queue(*queue, handler, wait=0)
    assert left(queue) == 1
