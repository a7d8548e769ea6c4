"""Read the list of models of an OpenAI-compatible server (`GET /v1/models`).

vLLM's model cards also have `max_model_len`, and an adapter's card has its `parent`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from edgefill.core.errors import InputRefused, InvalidEngineOutput, RequestRefused

UNKNOWN_CONTEXT = 1_000_000  # tokens; the server itself refuses what is too long
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamModel:
    """The server's model that generates the texts; `context` is in tokens."""

    model: str
    adapters: Mapping[str, str]  # the server's model of each adapter
    context: int

    def find_model(self, adapter: str | None) -> str:
        """The server's model for `adapter`, or for none; RequestRefused when there is none."""
        if adapter is None:
            return self.model
        if adapter not in self.adapters:
            names = ", ".join(self.adapters) or "none"
            raise RequestRefused(f"adapter: {adapter[:40]!r} is not served; the served: {names}")
        return self.adapters[adapter]


def select_upstream_model(
    body: bytes, name: str, adapters: Mapping[str, str] | None = None
) -> UpstreamModel:
    """The model `name`, or the first one when `name` is empty, from the answer's `body`.

    Its adapters are the configured `adapters` and the models whose parent it is. InputRefused when
    the server does not have one of them, InvalidEngineOutput when the body cannot be read.
    """
    try:
        cards = {str(card["id"]): card for card in json.loads(body)["data"]}
        parents = {one: card.get("parent") for one, card in cards.items()}
        contexts = {one: card.get("max_model_len") for one, card in cards.items()}
    except UNREADABLE as error:
        raise InvalidEngineOutput(
            f"the server's list of models cannot be read ({type(error).__name__})"
        ) from error
    model, configured = name or next(iter(cards), ""), dict(adapters or {})
    if missing := [one for one in (model, *configured.values()) if one not in cards]:
        raise InputRefused(
            f"no model {missing[0]!r}; the server has {', '.join(sorted(cards)[:20]) or 'none'}"
        )
    context = contexts[model]
    return UpstreamModel(
        model=model,
        adapters={one: one for one, parent in parents.items() if parent == model} | configured,
        context=context if isinstance(context, int) and context > 1 else UNKNOWN_CONTEXT,
    )
