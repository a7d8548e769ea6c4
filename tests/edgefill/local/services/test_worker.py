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


def count_messages(queue: Queue) -> int:
    client, url = queue
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]  # type: ignore[arg-type]
    return sum(map(int, counts.values()))


def test_messages_arrive_as_an_sqs_event_and_are_deleted(queue: Queue) -> None:
    """The event has the documented shape; handled messages are deleted."""
    events: list[dict[str, Any]] = []
    send(queue, "a", "b")
    assert drain_queue(*queue, lambda event, _context: events.append(event), wait=0) == 2
    records = events[0]["Records"]
    assert [record["body"] for record in records] == ["a", "b"]
    assert records[0]["eventSource"] == "aws:sqs"
    assert records[0]["attributes"]["MessageGroupId"] == "a"
    assert count_messages(queue) == 0


def test_a_message_that_the_handler_reports_as_failed_stays(queue: Queue) -> None:
    """batchItemFailures names the messages to keep."""
    send(queue, "a", "b")

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        failed = event["Records"][1]["messageId"]
        return {"batchItemFailures": [{"itemIdentifier": failed}]}

    assert drain_queue(*queue, handler, wait=0) == 1
    assert count_messages(queue) == 1


def test_the_handler_is_not_called_for_an_empty_queue(queue: Queue) -> None:
    """Zero messages were deleted."""
    calls: list[Any] = []
    assert drain_queue(*queue, lambda *arguments: calls.append(arguments), wait=0) == 0
    assert calls == []


def test_an_exception_of_the_handler_keeps_all_messages(queue: Queue) -> None:
    """The exception reaches the caller."""
    send(queue, "a")

    def handler(_event: dict[str, Any], _context: object) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        drain_queue(*queue, handler, wait=0)
    assert count_messages(queue) == 1
