"""Read the list of models of an OpenAI-compatible server (`GET /v1/models`).

vLLM's model cards also have `max_model_len`, and an adapter's card has its `parent`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from edgefill.core.errors import InputRefused, InvalidEngineOutput

UNKNOWN_CONTEXT = 1_000_000  # tokens; the server itself refuses what is too long
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamModel:
    """The server's model that generates the texts; `context` is in tokens."""

    model: str
    adapters: tuple[str, ...]
    context: int


def select_upstream_model(body: bytes, name: str) -> UpstreamModel:
    """The model `name`, or the first one when `name` is empty, from the answer's `body`.

    InputRefused when the server does not have it, InvalidEngineOutput when the body cannot be read.
    """
    try:
        cards = {str(card["id"]): card for card in json.loads(body)["data"]}
        parents = {name: card.get("parent") for name, card in cards.items()}
        contexts = {name: card.get("max_model_len") for name, card in cards.items()}
    except UNREADABLE as error:
        raise InvalidEngineOutput(
            f"the server's list of models cannot be read ({type(error).__name__})"
        ) from error
    if not cards or (name and name not in cards):
        raise InputRefused(
            f"no model {name!r}; the server has {', '.join(sorted(cards)[:20]) or 'none'}"
        )
    model = name or next(iter(cards))
    context = contexts[model]
    return UpstreamModel(
        model=model,
        adapters=tuple(name for name, parent in parents.items() if parent == model),
        context=context if isinstance(context, int) and context > 1 else UNKNOWN_CONTEXT,
    )
