"""GET /health and /ready: whether the process lives, whether it can write."""

from __future__ import annotations

from fastapi import APIRouter

from gpu_service.engine import Engine
from gpu_service.readiness import Readiness


def router(readiness: Readiness, engine: Engine) -> APIRouter:
    """The routes over `readiness`."""
    routes = APIRouter()

    @routes.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/ready")
    async def ready() -> dict[str, str]:
        readiness.check()
        return {"status": "ready", "model": engine.model}

    return routes
