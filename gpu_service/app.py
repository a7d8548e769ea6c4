"""The service as an ASGI application, from an engine and its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI

from gpu_service import problems
from gpu_service.admission import Admission
from gpu_service.engine import Engine
from gpu_service.generation import Writer
from gpu_service.metrics import Metrics
from gpu_service.readiness import Readiness
from gpu_service.routes import health, metrics, templates
from gpu_service.settings import Settings

log = structlog.get_logger()


def create_app(
    engine: Engine, settings: Settings, *, failed: Callable[[str], None] = log.error
) -> FastAPI:
    """The application; `failed` hears why the engine cannot start."""
    admission = Admission(places=settings.slots_in_flight, queue=settings.queue)
    measured = Metrics(admission)
    readiness = Readiness(engine, failed)
    writer = Writer(engine, admission, measured)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        readiness.begin()
        yield
        await readiness.end()

    app = FastAPI(title="Edgefill GPU service", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    app.include_router(health.router(readiness, model=engine.model))
    app.include_router(metrics.router(measured))
    app.include_router(templates.router(writer, model=engine.model, stream_s=settings.stream_s))
    return app
