"""Format the outcome of a request as a line of the answers' file.

platform.openai.com/docs/api-reference/batch, "The request output object". A refused request has
the status and the body that the service would have answered with; `error` is then null, as there.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from edgefill.core.errors import EdgefillError
from gpu_service.batch.shard import ShardRequest
from gpu_service.engines.engine import Delta
from gpu_service.engines.offline_engine import Outcome
from gpu_service.scheduling.generation import GeneratedChunk
from gpu_service.wire.openai.errors import status_for, to_error_body

OK = 200


def to_line(
    request: ShardRequest, outcome: Outcome, *, elapsed_s: float, created: int
) -> dict[str, Any]:
    """The line of `outcome`, which came `elapsed_s` seconds after the run began.

    `created` is in seconds since 1970.
    """
    if isinstance(outcome, EdgefillError):
        status, body = status_for(outcome), to_error_body(outcome)
    else:
        status, body = OK, request.parsed.to_response(_to_chunk(outcome, elapsed_s), created)
    response = {"status_code": status, "request_id": secrets.token_hex(16), "body": body}
    return {"id": request.id, "custom_id": request.custom_id, "response": response, "error": None}


def encode_line(line: dict[str, Any]) -> bytes:
    """The line as JSON, without its line break."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()


def has_failed(line: dict[str, Any]) -> bool:
    """Whether a line's request has no text."""
    return bool(line["response"]["status_code"] != OK)


def _to_chunk(delta: Delta, elapsed_s: float) -> GeneratedChunk:
    return GeneratedChunk(
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
