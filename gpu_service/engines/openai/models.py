"""What an OpenAI-compatible server says of its models (`GET /v1/models`).

vLLM's cards also tell `max_model_len`, and of an adapter its `parent`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from edgefill.core.errors import InputRefused, InvalidEngineOutput

UNKNOWN_CONTEXT = 1_000_000  # tokens; the server refuses what is too long for it
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """The model that texts are asked of."""

    model: str
    adapters: tuple[str, ...]
    context: int


def upstream_of(listed: bytes, wanted: str) -> Upstream:
    """The model `wanted`, or the first; InputRefused when it is missing, InvalidEngineOutput."""
    try:
        cards = {str(card["id"]): card for card in json.loads(listed)["data"]}
        parents = {name: card.get("parent") for name, card in cards.items()}
        contexts = {name: card.get("max_model_len") for name, card in cards.items()}
    except UNREADABLE as error:
        raise InvalidEngineOutput(
            f"its list of models cannot be read ({type(error).__name__})"
        ) from error
    if not cards or (wanted and wanted not in cards):
        raise InputRefused(f"no model {wanted!r}; it has {', '.join(sorted(cards)[:20]) or 'none'}")
    model = wanted or next(iter(cards))
    context = contexts[model]
    return Upstream(
        model=model,
        adapters=tuple(name for name, parent in parents.items() if parent == model),
        context=context if isinstance(context, int) and context > 1 else UNKNOWN_CONTEXT,
    )
