"""DeadLetters: the jobs that the worker gave up on, in the queue's dead-letter queue.

A replayed job is a new message of the first queue, with its own attempts. SQS drops a message
whose deduplication id was sent in the last five minutes; a dead letter is older than that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from edgefill.core.errors import InputRefused, ObjectCorrupt, StoreUnavailable
from edgefill.demand.queue import GenerationJob, QueueMessage, SqsJobQueue, job_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_sqs.client import SQSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message; `job` is None when its body is not a job."""

    message: QueueMessage
    job: GenerationJob | None


class DeadLetters:
    """The dead-letter queue of the queue at `url`; StoreUnavailable, InputRefused without one."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._queue = SqsJobQueue(client, url)
        self._dead_url = find_dead_url(client, url)
        self._dead = SqsJobQueue(client, self._dead_url)

    def collect(self) -> list[DeadLetter]:
        """Receive every letter; each is hidden from others until it is released."""
        letters: list[DeadLetter] = []
        while messages := self._dead.receive():
            letters += [DeadLetter(message=each, job=_read_job(each)) for each in messages]
        return letters

    def release(self, letters: Iterable[DeadLetter]) -> None:
        """Make received letters visible again."""
        for letter in letters:
            self._client.change_message_visibility(
                QueueUrl=self._dead_url, ReceiptHandle=letter.message.receipt, VisibilityTimeout=0
            )

    def replay(self, letters: Iterable[DeadLetter]) -> int:
        """Send the jobs again and delete their letters; the number sent. Others stay."""
        count = 0
        for letter in letters:
            if letter.job is not None:
                self._queue.send(letter.job)
                self._dead.acknowledge(letter.message)
                count += 1
        return count

    def drop(self, letters: Iterable[DeadLetter]) -> None:
        """Delete letters."""
        for letter in letters:
            self._dead.acknowledge(letter.message)


def find_dead_url(client: SQSClient, url: str) -> str:
    """The URL of the dead-letter queue that a queue's redrive policy names; InputRefused."""
    try:
        answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        policy = json.loads(answer.get("Attributes", {}).get("RedrivePolicy", "{}"))
        if "deadLetterTargetArn" not in policy:
            raise InputRefused(f"the queue {url} has no dead-letter queue")
        name = policy["deadLetterTargetArn"].rpartition(":")[2]
        return client.get_queue_url(QueueName=name)["QueueUrl"]
    except (ClientError, BotoCoreError) as error:
        raise StoreUnavailable(f"SQS: {error}") from error


def _read_job(message: QueueMessage) -> GenerationJob | None:
    try:
        return job_from_json(message.body)
    except ObjectCorrupt:
        return None
