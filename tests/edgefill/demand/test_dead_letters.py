"""Dead letters of an SQS queue in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from edgefill.core.errors import InputRefused, StoreUnavailable
from edgefill.demand.dead_letters import DeadLetters, find_dead_url
from edgefill.demand.queue import GenerationJob, SqsJobQueue

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

JOBS = [GenerationJob(key=f"welcome/en/case{number}", version="c1") for number in range(12)]


@pytest.fixture
def url(sqs: SQSClient) -> str:
    """A queue whose dead-letter queue holds JOBS and a message that is not a job."""
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 3}
    for job in JOBS:
        SqsJobQueue(sqs, dead).send(job)
    sqs.send_message(QueueUrl=dead, MessageBody="?", MessageGroupId="x", MessageDeduplicationId="x")
    return sqs.create_queue(
        QueueName="keys.fifo",
        Attributes={"FifoQueue": "true", "RedrivePolicy": json.dumps(policy)},
    )["QueueUrl"]


def test_listing_leaves_every_letter(sqs: SQSClient, url: str) -> None:
    """More than one batch of ten; they can be received again at once."""
    dead = DeadLetters(sqs, url)
    letters = dead.collect()
    dead.release(letters)
    assert len(letters) == 13
    assert [letter.job for letter in letters].count(None) == 1
    assert len(dead.collect()) == 13


def test_replayed_jobs_are_in_the_queue_and_no_letters_any_more(sqs: SQSClient, url: str) -> None:
    """A message that is not a job stays."""
    dead = DeadLetters(sqs, url)
    letters = dead.collect()
    assert dead.replay(letters) == 12
    dead.release([letter for letter in letters if letter.job is None])
    assert [letter.job for letter in dead.collect()] == [None]
    received = SqsJobQueue(sqs, url)
    bodies = [json.loads(each.body)["key"] for _ in range(2) for each in received.receive()]
    assert sorted(bodies) == sorted(job.key for job in JOBS)


def test_dropped_letters_are_gone(sqs: SQSClient, url: str) -> None:
    """From both queues."""
    dead = DeadLetters(sqs, url)
    dead.drop(dead.collect())
    assert dead.collect() == []
    assert SqsJobQueue(sqs, url).receive() == []


def test_a_queue_without_dead_letters_is_refused(sqs: SQSClient) -> None:
    """The message names it; a missing queue is unavailable."""
    plain = sqs.create_queue(QueueName="plain")["QueueUrl"]
    with pytest.raises(InputRefused, match="has no dead-letter queue"):
        find_dead_url(sqs, plain)
    with pytest.raises(StoreUnavailable):
        find_dead_url(sqs, plain + "-none")
