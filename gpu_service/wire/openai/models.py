"""Models: what GET /v1/models lists: the model and its adapters.

`max_model_len` and `parent` as in vLLM's model cards.
"""

from __future__ import annotations

from typing import Any

from gpu_service.engines.engine import Engine


def cards(engine: Engine, created: int) -> dict[str, Any]:
    """Every name that a request may give as its model."""
    names = (engine.model, *engine.adapters)
    return {"object": "list", "data": [card(engine, name, created) for name in names]}


def card(engine: Engine, name: str, created: int) -> dict[str, Any]:
    """One of them; an adapter's parent is the model."""
    return {
        "id": name,
        "object": "model",
        "created": created,
        "owned_by": "edgefill",
        "parent": None if name == engine.model else engine.model,
        "max_model_len": engine.context,
    }
