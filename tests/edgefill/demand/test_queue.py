"""One contract for the queue, over memory and SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import ObjectCorrupt, StoreUnavailable
from edgefill.demand.queue import (
    GenerationJob,
    JobQueue,
    MemoryJobQueue,
    SqsJobQueue,
    job_from_json,
    job_to_json,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

JOB = GenerationJob(key="order-delayed/de/gold.new", version="c1")


@pytest.fixture(params=["memory", "sqs"])
def queue(request: pytest.FixtureRequest, clock: Any) -> JobQueue:
    if request.param == "memory":
        return MemoryJobQueue(clock)
    sqs = request.getfixturevalue("sqs")
    response = sqs.create_queue(QueueName="demand.fifo", Attributes={"FifoQueue": "true"})
    return SqsJobQueue(sqs, response["QueueUrl"])


def receive_jobs(queue: JobQueue) -> list[GenerationJob]:
    return [job_from_json(message.body) for message in queue.receive()]


def test_a_job_is_delivered_once_however_often_it_is_sent(queue: JobQueue) -> None:
    """Two hundred misses of one key are one job."""
    for _ in range(200):
        queue.send(JOB)
    assert receive_jobs(queue) == [JOB]
    assert receive_jobs(queue) == []


def test_a_new_catalogue_version_is_a_new_job(queue: JobQueue) -> None:
    """The five minutes do not block a newer version."""
    fresher = GenerationJob(key=JOB.key, version="c2")
    queue.send(JOB)
    queue.send(fresher)
    delivered = receive_jobs(queue)
    assert delivered[0] == JOB
    assert set(delivered) <= {JOB, fresher}


def test_other_keys_do_not_wait(queue: JobQueue) -> None:
    """Each key is its own group."""
    other = GenerationJob(key="order-delayed/en/any", version="c1")
    queue.send(JOB)
    queue.send(other)
    assert set(receive_jobs(queue)) == {JOB, other}


def test_an_acknowledged_job_is_gone(queue: JobQueue) -> None:
    """Acknowledging twice is harmless."""
    queue.send(JOB)
    (message,) = queue.receive()
    queue.acknowledge(message)
    queue.acknowledge(message)
    assert receive_jobs(queue) == []


def test_an_unacknowledged_job_comes_back(clock: Any) -> None:
    """When its visibility timeout is over (only in memory: SQS's clock cannot be moved)."""
    queue = MemoryJobQueue(clock, visible_s=30)
    queue.send(JOB)
    assert receive_jobs(queue) == [JOB]
    clock.now += 29
    assert receive_jobs(queue) == []
    clock.now += 1
    assert receive_jobs(queue) == [JOB]


def test_the_same_job_may_be_sent_again_after_five_minutes(clock: Any) -> None:
    """As SQS does."""
    queue = MemoryJobQueue(clock)
    queue.send(JOB)
    queue.acknowledge(queue.receive()[0])
    clock.now += 300
    queue.send(JOB)
    assert receive_jobs(queue) == [JOB]


def test_a_missing_queue_is_a_store_that_does_not_answer(sqs: SQSClient) -> None:
    """Sending, receiving and acknowledging raise StoreUnavailable."""
    queue = SqsJobQueue(sqs, "https://sqs.eu-central-1.amazonaws.com/123456789012/missing.fifo")
    with pytest.raises(StoreUnavailable, match=r"SQS: .*NonExistentQueue"):
        queue.send(JOB)
    with pytest.raises(StoreUnavailable):
        queue.receive()


def test_a_closed_port_is_a_store_that_does_not_answer(unreachable: Any) -> None:
    """The error names the type of the transport error."""
    with pytest.raises(StoreUnavailable, match="SQS: EndpointConnectionError"):
        SqsJobQueue(unreachable("sqs"), "http://127.0.0.1:9/q.fifo").send(JOB)


@given(key=st.text(), version=st.text())
def test_a_job_survives_its_message(key: str, version: str) -> None:
    """The parsed message equals the job."""
    job = GenerationJob(key=key, version=version)
    assert job_from_json(job_to_json(job)) == job


@pytest.mark.parametrize("body", ["", "[]", "null", '{"key": "a"}', "{"])
def test_another_message_is_refused(body: str) -> None:
    """A body that is not a job raises ObjectCorrupt."""
    with pytest.raises(ObjectCorrupt):
        job_from_json(body)
