"""The names that a request may give as its model, and their cards (GET /v1/models).

`max_model_len` and `parent` as in vLLM's model cards.
"""

from __future__ import annotations

from typing import Any

from gpu_service.engines.engine import Engine, ModelNames
from gpu_service.wire.openai.errors import UnknownModel


def resolve_adapter(model: str, names: ModelNames) -> str | None:
    """The adapter that `model` names, None for the model itself; UnknownModel."""
    if model == names.model:
        return None
    if model not in names.adapters:
        raise UnknownModel(model)
    return model


def list_model_cards(engine: Engine, created: int) -> dict[str, Any]:
    """The cards of every name that a request may give as its model."""
    names = (engine.model, *engine.adapters)
    return {"object": "list", "data": [make_model_card(engine, name, created) for name in names]}


def make_model_card(engine: Engine, name: str, created: int) -> dict[str, Any]:
    """The card of `name`; an adapter's parent is the model. `created` is in seconds since 1970."""
    return {
        "id": name,
        "object": "model",
        "created": created,
        "owned_by": "edgefill",
        "parent": None if name == engine.model else engine.model,
        "max_model_len": engine.context,
    }
