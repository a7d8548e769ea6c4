"""The client's JSON of orders and drafts in the GPU service's `POST /v1/templates`."""

from __future__ import annotations

import sys
from typing import Any

from edgefill.core.errors import InvalidEngineOutput
from edgefill.core.slots import slot_to_json
from edgefill.drafting.writers.generator import Draft, GenerationOrder

MALFORMED_ERRORS = (
    KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip


def order_to_json(order: GenerationOrder, *, deadline_s: float | None = None) -> dict[str, Any]:
    """Return the body of a request; `deadline_s` counts from its arrival."""
    return {
        **({"model": order.model} if order.model else {}),
        "prompt": order.prompt,
        "format": order.format,
        "slots": [slot_to_json(slot) for slot in order.slots],
        "fields": list(order.fields),
        "max_chars": order.max_chars,
        "max_tokens": None,
        "constrained": True,
        "temperature": order.temperature,
        "seed": order.seed,
        "lane": order.lane,
        "deadline_s": deadline_s,
        "stream": False,
        "log_probability": order.log_probability,
    }


def draft_from_json(data: Any, *, origin: str, seconds: float) -> Draft:
    """Parse the draft in a response of `origin`; InvalidEngineOutput."""
    try:
        text, usage = data["template"], data["usage"]
        text.encode()
        is_complete = data["finish_reason"] == "stop"
        tokens = int(usage["prompt_tokens"]) + int(usage["completion_tokens"])
        model = str(data["model"])
        model.encode()
    except MALFORMED_ERRORS as error:
        raise build_invalid_output(origin, f"{type(error).__name__} at {error}") from error
    if not is_complete:
        raise build_invalid_output(
            origin, f"it was cut off after {usage['completion_tokens']} tokens"
        )
    if not text.strip():
        raise build_invalid_output(origin, "it is empty")
    return Draft(
        text=text,
        model=model,
        tokens=tokens,
        seconds=seconds,
        log_probability=_read_log_probability(data, origin),
    )


def _read_log_probability(data: dict[str, Any], origin: str) -> float | None:
    """Return the draft's log probability, None if the service gives none; InvalidEngineOutput."""
    value = data.get("log_probability")
    if value is None:
        return None
    if type(value) not in (int, float) or not -sys.float_info.max <= value <= 0:
        raise build_invalid_output(origin, f"log_probability is {str(value)[:40]!r}")
    return float(value)


def build_invalid_output(origin: str, reason: str) -> InvalidEngineOutput:
    """Return the error of a response without a draft."""
    return InvalidEngineOutput(f"{origin} answered without a template: {reason}")
