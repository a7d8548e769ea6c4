"""Jobs: the templates that no visitor could wait for, worked off one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.keys import parse_key
from edgefill.demand.queue import GenerationJob, job_from_json
from lambdas.api.fallback_reason import FallbackReason

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.demand.queue import JobQueue
    from lambdas.api.single_flight import SingleFlight


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWorker:
    """`deadline_s` bounds one template; keep the queue's visibility time above it."""

    catalogue: Catalogue
    single_flight: SingleFlight
    log: Any
    deadline_s: float

    def process_message(self, body: str) -> bool:
        """Whether the job in a message is done with; False brings it back later.

        A message that no retry could mend (another shape, a key that the catalogue has dropped)
        is done with.
        """
        job = self._parse_job(body)
        if job is None:
            return True
        landed = self.single_flight.get_or_generate(
            parse_key(job.key), within_s=self.deadline_s, principal=None, question=job.question
        )
        return not isinstance(landed, FallbackReason)

    def process_event(self, event: dict[str, Any]) -> dict[str, Any]:
        """What an SQS event of a FIFO queue leaves undone: the first failure and all behind it.

        docs.aws.amazon.com/prescriptive-guidance/latest/lambda-event-filtering-partial-batch-\
responses-for-sqs/best-practices-partial-batch-responses.html
        """
        records = event["Records"]
        for done, record in enumerate(records):
            if not self.process_message(record["body"]):
                failed = [{"itemIdentifier": left["messageId"]} for left in records[done:]]
                return {"batchItemFailures": failed}
        return {"batchItemFailures": []}

    def drain(self, queue: JobQueue, *, wait_s: int = 0) -> int:
        """Work until the queue stays empty for `wait_s`; how many jobs are done."""
        done = 0
        while received := queue.receive(most=1, wait_s=wait_s):
            for message in received:
                if self.process_message(message.body):
                    queue.acknowledge(message)
                    done += 1
        return done

    def _parse_job(self, body: str) -> GenerationJob | None:
        try:
            job = job_from_json(body)
            key = parse_key(job.key)
        except (ObjectCorrupt, ValueError) as error:
            self.log.warning("job dropped", error=str(error))
            return None
        if not self.catalogue.has(key):
            self.log.warning("job dropped", error="the catalogue has no such key")
            return None
        if self.catalogue.entry(key.experience).experience.open and not job.question:
            self.log.warning("job dropped", error="an answer without its question")
            return None
        return job
