"""The service as an ASGI application, from an engine and its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI

from gpu_service.engines.engine import Engine
from gpu_service.http import problems
from gpu_service.http.access import keys_from
from gpu_service.http.middleware import Exchanges
from gpu_service.http.responses import Patience
from gpu_service.http.routes import health, metrics, openai, sleep, templates
from gpu_service.metrics import Metrics
from gpu_service.scheduling.admission import Admission
from gpu_service.scheduling.draining import Draining
from gpu_service.scheduling.generation import Writer
from gpu_service.scheduling.readiness import Readiness
from gpu_service.settings import Settings

if TYPE_CHECKING:  # OpenTelemetry is optional
    from gpu_service.tracing import Tracing

log = structlog.get_logger()


def create_app(
    engine: Engine,
    settings: Settings,
    *,
    failed: Callable[[str], None] = log.error,
    draining: Draining | None = None,
    tracing: Tracing | None = None,
) -> FastAPI:
    """The application; `failed` hears why the engine cannot start or go on, `draining` its end."""
    draining = draining or Draining()
    admission = _admission(settings)
    measured = Metrics(admission, engine)
    readiness = Readiness(engine, failed, draining)
    writer = Writer(
        engine,
        admission,
        measured,
        check=readiness.check,
        traced=tracing.finish if tracing else lambda _last, _first_s: None,
    )
    patience = Patience(whole_s=settings.stream_s, stall_s=settings.stall_s)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        readiness.begin()
        yield
        await readiness.end()
        if tracing:
            await tracing.end()

    app = FastAPI(title="Edgefill GPU service", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_middleware(
        Exchanges, keys=keys_from(settings), draining=draining, max_body=settings.max_body
    )
    if tracing:
        tracing.watch(app)
    app.include_router(health.router(readiness, engine))
    app.include_router(metrics.router(measured))
    app.include_router(templates.router(writer, engine, patience=patience))
    app.include_router(openai.router(writer, engine, patience=patience))
    if settings.sleep:
        app.include_router(sleep.router(readiness, engine, admission))
    return app


def _admission(settings: Settings) -> Admission:
    return Admission(
        places=settings.slots_in_flight,
        queue=settings.queue,
        tokens=settings.tokens_in_flight,
        queue_tokens=settings.queue_tokens,
        reserved=settings.reserved,
    )
