"""The wire: an order and a draft as the GPU service's `POST /v1/templates` takes and gives them."""

from __future__ import annotations

from typing import Any

from edgefill.core.errors import InvalidEngineOutput
from edgefill.core.slots import slot_to_json
from edgefill.drafting.generator import Draft, Order

UNREADABLE = (
    KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip


def order_to_json(order: Order, *, deadline_s: float | None = None) -> dict[str, Any]:
    """The body of a request; `deadline_s` counts from its arrival."""
    return {
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
    }


def draft_from_json(said: Any, *, whose: str, seconds: float) -> Draft:
    """The draft in an answer of `whose`; InvalidEngineOutput when it holds none."""
    try:
        text, usage = said["template"], said["usage"]
        text.encode()
        whole = said["finish_reason"] == "stop"
        tokens = int(usage["prompt_tokens"]) + int(usage["completion_tokens"])
        model = str(said["model"])
    except UNREADABLE as error:
        raise rubbish(whose, f"{type(error).__name__} at {error}") from error
    if not whole:
        raise rubbish(whose, f"it was cut off after {usage['completion_tokens']} tokens")
    if not text.strip():
        raise rubbish(whose, "it is empty")
    return Draft(text=text, model=model, tokens=tokens, seconds=seconds)


def rubbish(whose: str, why: str) -> InvalidEngineOutput:
    """What an answer without a draft is."""
    return InvalidEngineOutput(f"{whose} answered with no template: {why}")
