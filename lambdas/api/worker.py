"""AWS Lambda's entry point for the queue of keys that could not be generated in time.

The event source mapping reports batch item failures (FunctionResponseTypes:
ReportBatchItemFailures). On one machine `Jobs.drain` does the same work.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from lambdas.api.dependencies import Dependencies, connect
from lambdas.api.settings import ApiSettings


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """What is left undone of an SQS event; configured by `EDGEFILL_API_*` on the first one."""
    return _dependencies().queue_worker.process_event(event)


@cache
def _dependencies() -> Dependencies:
    return connect(ApiSettings.from_environment(os.environ))
