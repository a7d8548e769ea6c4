"""QueueWorker (Lambda): generates the templates that no visitor could wait for, one by one.

`handler` is AWS Lambda's entry point for the queue. The event source mapping reports batch item
failures (FunctionResponseTypes: ReportBatchItemFailures).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.keys import Key, parse_key
from edgefill.demand.principals import parse_principal
from edgefill.demand.queue import GenerationJob, job_from_json
from lambdas.api.dependencies import Dependencies, connect
from lambdas.api.fallback_reason import FallbackReason
from lambdas.api.settings import ApiSettings

FLUSH_S = 5  # for texts that an earlier job could not write

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.demand.queue import JobQueue
    from lambdas.api.single_flight import SingleFlight


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Process an SQS event; configured by `EDGEFILL_API_*` on the first one."""
    return _get_worker().process_event(event)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWorker:
    """`deadline_s` limits one template; the queue's visibility timeout must be longer."""

    catalogue: Catalogue
    single_flight: SingleFlight
    log: Any
    deadline_s: float

    def process_message(self, body: str) -> bool:
        """Process the job in a message; False asks for it to be delivered again later.

        So does a text that the store did not take; it waits in this process meanwhile.

        True also for a message that no retry could help: one of another form, of a key that the
        catalogue no longer has, of one whose text waits for a person, or one without budget.
        """
        parsed = self._parse_job(body)
        if parsed is None:
            return True
        key, job = parsed
        entry = self.catalogue.entry(key.experience)
        write_backs = self.single_flight.generation.write_backs
        if job.overlay:
            return write_backs.process_job(key, job.overlay, entry.experience.version)
        result = self.single_flight.get_or_generate(
            key,
            entry,
            within_s=self.deadline_s,
            principal=parse_principal(job.principal),
            question=job.question,
            is_queued=True,
        )
        if isinstance(result, FallbackReason):
            return result.is_final
        write_backs.flush(until=self.single_flight.tick() + FLUSH_S)
        return not write_backs.is_waiting(key)

    def process_event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Process an SQS event of a FIFO queue; report the first failure and all that follow it.

        docs.aws.amazon.com/prescriptive-guidance/latest/lambda-event-filtering-partial-batch-\
responses-for-sqs/best-practices-partial-batch-responses.html
        """
        records = event["Records"]
        for index, record in enumerate(records):
            if not self.process_message(record["body"]):
                failures = [{"itemIdentifier": each["messageId"]} for each in records[index:]]
                return {"batchItemFailures": failures}
        return {"batchItemFailures": []}

    def drain(self, queue: JobQueue, *, wait_s: int = 0) -> int:
        """Process jobs until the queue stays empty for `wait_s`; return how many are done."""
        count = 0
        while messages := queue.receive(most=1, wait_s=wait_s):
            for message in messages:
                if self.process_message(message.body):
                    queue.acknowledge(message)
                    count += 1
        return count

    def _parse_job(self, body: str) -> tuple[Key, GenerationJob] | None:
        """Return a job that can be done, and its key; log why others cannot."""
        try:
            job = job_from_json(body)
            key = parse_key(job.key)
        except (ObjectCorrupt, ValueError) as error:
            self._log_dropped(str(error))
            return None
        if not self.catalogue.has(key):
            self._log_dropped("the catalogue has no such key")
            return None
        if self._lacks_question(key, job):
            self._log_dropped("the key answers a free question, but the job holds none")
            return None
        return key, job

    def _lacks_question(self, key: Key, job: GenerationJob) -> bool:
        is_open = self.catalogue.entry(key.experience).experience.open
        return is_open and not (job.question or job.overlay)

    def _log_dropped(self, reason: str) -> None:
        self.log.warning("job dropped", error=reason)


def make_worker(dependencies: Dependencies) -> QueueWorker:
    """Return a worker over the API's own parts."""
    return QueueWorker(
        catalogue=dependencies.catalogue,
        single_flight=dependencies.single_flight,
        log=dependencies.log,
        deadline_s=dependencies.worker_deadline_s,
    )


@cache
def _get_worker() -> QueueWorker:
    return make_worker(connect(ApiSettings.from_environment(os.environ)))
