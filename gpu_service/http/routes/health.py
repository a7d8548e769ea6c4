"""GET /health and /ready: whether the process is alive, and whether it can generate."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from gpu_service.engines.engine import Engine
from gpu_service.engines.startup_progress import StartupReporter
from gpu_service.scheduling.readiness import Readiness


def make_router(readiness: Readiness, engine: Engine) -> APIRouter:
    """The routes over `readiness`."""
    routes = APIRouter()

    @routes.get("/health")
    async def get_health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/ready")
    async def get_ready() -> dict[str, Any]:
        readiness.check()
        stages = engine.stages.seconds if isinstance(engine, StartupReporter) else {}
        stage_seconds = {name: round(seconds, 3) for name, seconds in stages.items()}
        return {"status": "ready", "model": engine.model} | (
            {"started_s": stage_seconds} if stage_seconds else {}
        )

    return routes
