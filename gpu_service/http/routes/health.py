"""GET /health and /ready: whether the process lives, whether it can write."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from gpu_service.engines.engine import Engine
from gpu_service.engines.startup_progress import Staged
from gpu_service.scheduling.readiness import Readiness


def router(readiness: Readiness, engine: Engine) -> APIRouter:
    """The routes over `readiness`."""
    routes = APIRouter()

    @routes.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/ready")
    async def ready() -> dict[str, Any]:
        readiness.check()
        stages = engine.stages.seconds if isinstance(engine, Staged) else {}
        started = {name: round(seconds, 3) for name, seconds in stages.items()}
        return {"status": "ready", "model": engine.model} | (
            {"started_s": started} if started else {}
        )

    return routes
