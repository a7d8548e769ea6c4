"""Outcomes: what became of a request, as a line of the answers' file.

platform.openai.com/docs/api-reference/batch, "The request output object". A refused request has
the status and the body with which the service would have answered; `error` is then null, as there.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from edgefill.core.errors import EdgefillError
from gpu_service.batch.shard import Line
from gpu_service.engines.engine import Delta
from gpu_service.scheduling.generation import Step
from gpu_service.wire.openai.errors import body_for, status_for

Outcome = Delta | EdgefillError  # the whole text in one delta, or why there is none
OK = 200


def to_line(line: Line, outcome: Outcome, *, elapsed_s: float, created: int) -> dict[str, Any]:
    """The line that tells of `outcome`, `elapsed_s` after the run began."""
    if isinstance(outcome, EdgefillError):
        status, body = status_for(outcome), body_for(outcome)
    else:
        status, body = OK, line.asked.said(_step(outcome, elapsed_s), created)
    response = {"status_code": status, "request_id": secrets.token_hex(16), "body": body}
    return {"id": line.id, "custom_id": line.custom_id, "response": response, "error": None}


def to_bytes(told: dict[str, Any]) -> bytes:
    """The line as it is kept."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def failed(told: dict[str, Any]) -> bool:
    """Whether a line tells of a request that has no text."""
    return bool(told["response"]["status_code"] != OK)


def _step(delta: Delta, elapsed_s: float) -> Step:
    return Step(
        text=delta.text,
        completion_tokens=delta.tokens,
        prompt_tokens=delta.prompt_tokens,
        finish_reason=delta.finish_reason,
        queue_s=0.0,
        elapsed_s=elapsed_s,
        cached_tokens=delta.cached_tokens,
        token_ids=delta.token_ids,
        logprobs=delta.logprobs,
    )
