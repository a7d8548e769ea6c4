"""GET /health and /ready: whether the process lives, whether it can write."""

from __future__ import annotations

from fastapi import APIRouter

from gpu_service.readiness import Readiness
from lambdas.core.errors import EngineUnavailable


def router(readiness: Readiness, *, model: str) -> APIRouter:
    """The routes over `readiness`."""
    routes = APIRouter()

    @routes.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/ready")
    async def ready() -> dict[str, str]:
        if not readiness.ready:
            raise EngineUnavailable("the model is not ready yet")
        return {"status": "ready", "model": model}

    return routes
