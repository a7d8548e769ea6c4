"""JobQueue: the keys that could not be generated while their visitor waited."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from edgefill.core.errors import ObjectCorrupt, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_sqs.client import SQSClient

# SQS drops a repeated deduplication id for five minutes.
WINDOW_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationJob:
    """A request to generate the template of `key` (its path) for the catalogue `version`.

    With `overlay`, the JSON of a template that the store did not take, it is only to be written.
    `question` is the masked text of a free question, else "". `principal` is who has paid for it
    (edgefill/demand/principals.py), "" if unknown.
    """

    key: str
    version: str
    question: str = ""
    principal: str = ""
    overlay: str = ""

    @property
    def group(self) -> str:
        """The message group: the jobs of one key run one after another (64 of 128 characters)."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def deduplication(self) -> str:
        """The deduplication id: a new catalogue version is a new job even within WINDOW_S."""
        name = f"{self.key}\n{self.version}" + (f"\n{self.overlay}" if self.overlay else "")
        return hashlib.sha256(name.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """A delivered message: `job_from_json` parses `body`, `receipt` acknowledges it."""

    body: str
    receipt: str


class JobQueue(Protocol):
    """Delivers each job at least once, in order per key; StoreUnavailable."""

    def send(self, job: GenerationJob) -> None:
        """Add `job`, unless the same was sent in the last five minutes."""
        ...

    def receive(self, *, most: int = 10, wait_s: int = 0) -> list[QueueMessage]:
        """Receive up to `most` (at most 10) jobs, hidden from others for the visibility timeout."""
        ...

    def acknowledge(self, received: QueueMessage) -> None:
        """Delete a message, since its job is done."""
        ...


def job_to_json(job: GenerationJob) -> str:
    """Return `job` as a message body."""
    optional = {
        "question": job.question,
        "principal": job.principal,
        "overlay": job.overlay,
    }
    fields = {name: text for name, text in optional.items() if text}
    return json.dumps({"key": job.key, "version": job.version} | fields)


def job_from_json(body: str) -> GenerationJob:
    """Parse what `job_to_json` wrote; ObjectCorrupt on anything else."""
    try:
        data = json.loads(body)
        return GenerationJob(
            key=str(data["key"]),
            version=str(data["version"]),
            question=str(data.get("question", "")),
            principal=str(data.get("principal", "")),
            overlay=str(data.get("overlay", "")),
        )
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise ObjectCorrupt(f"queue message: {type(error).__name__}") from error


class MemoryJobQueue:
    """A queue of one process, for tests; it redelivers a job after `visible_s` seconds."""

    def __init__(self, clock: Callable[[], float], *, visible_s: float = 30) -> None:
        self._clock = clock
        self._visible_s = visible_s
        self._sent: dict[str, float] = {}
        self._jobs: dict[str, tuple[GenerationJob, float]] = {}  # by receipt: job, hidden until
        self._lock = threading.Lock()

    def send(self, job: GenerationJob) -> None:
        """See Queue."""
        with self._lock:
            now, id_ = self._clock(), job.deduplication
            if self._sent.get(id_, -WINDOW_S) + WINDOW_S <= now:
                self._sent[id_] = now
                self._jobs[f"{id_}@{now}"] = (job, 0.0)

    def receive(self, *, most: int = 10, wait_s: int = 0) -> list[QueueMessage]:
        """See Queue; never waits."""
        with self._lock:
            now = self._clock()
            busy = {job.group for job, hidden in self._jobs.values() if hidden > now}
            messages: list[QueueMessage] = []
            for receipt, (job, _) in list(self._jobs.items()):
                if len(messages) < most and job.group not in busy:
                    self._jobs[receipt] = (job, now + self._visible_s)
                    messages.append(QueueMessage(body=job_to_json(job), receipt=receipt))
            return messages

    def acknowledge(self, received: QueueMessage) -> None:
        """See Queue."""
        with self._lock:
            self._jobs.pop(received.receipt, None)


class SqsJobQueue:
    """An SQS FIFO queue with deduplication by GenerationJob.deduplication, not by content."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, job: GenerationJob) -> None:
        """See Queue."""
        with _translate_errors():
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=job_to_json(job),
                MessageGroupId=job.group,
                MessageDeduplicationId=job.deduplication,
            )

    def receive(self, *, most: int = 10, wait_s: int = 0) -> list[QueueMessage]:
        """See Queue; waits up to `wait_s` (20 at most) for the first."""
        with _translate_errors():
            answer = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=most, WaitTimeSeconds=wait_s
            )
        return [
            QueueMessage(body=message["Body"], receipt=message["ReceiptHandle"])
            for message in answer.get("Messages", [])
        ]

    def acknowledge(self, received: QueueMessage) -> None:
        """See Queue."""
        with _translate_errors():
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=received.receipt)


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise StoreUnavailable(f"SQS: {error.response['Error']['Code']}") from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"SQS: {type(error).__name__}") from error
