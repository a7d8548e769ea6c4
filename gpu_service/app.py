"""The service as an ASGI application, assembled from an engine and its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI

from gpu_service.engines.engine import Engine
from gpu_service.grammar.compilation import ConstraintCompiler
from gpu_service.http.access import read_api_keys
from gpu_service.http.middleware import RequestMiddleware
from gpu_service.http.problems import install_error_handlers
from gpu_service.http.responses import ClientTimeouts
from gpu_service.http.routes import health, metrics, openai, sleep, templates
from gpu_service.metrics import Metrics
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.draining import DrainTracker
from gpu_service.scheduling.generation import GenerationService
from gpu_service.scheduling.readiness import Readiness
from gpu_service.settings import GpuServiceSettings

if TYPE_CHECKING:  # OpenTelemetry is optional
    from gpu_service.tracing import Tracing

log = structlog.get_logger()


def create_app(
    engine: Engine,
    settings: GpuServiceSettings,
    *,
    on_failure: Callable[[str], None] = log.error,
    draining: DrainTracker | None = None,
    tracing: Tracing | None = None,
) -> FastAPI:
    """The application; `on_failure` receives why the engine cannot start or has died."""
    draining = draining or DrainTracker()
    admission = _make_admission(settings)
    service_metrics = Metrics(admission, engine)
    setting = "URL" if settings.engine == "openai" else "MODEL"
    readiness = Readiness(engine, on_failure, draining, setting=setting)
    compiler = ConstraintCompiler()
    service = GenerationService(
        engine,
        admission,
        service_metrics,
        constraints=compiler,
        check=readiness.check,
        on_finished=tracing.record_finish if tracing else lambda _last, _first_s: None,
    )
    timeouts = ClientTimeouts(total_s=settings.stream_s, stall_s=settings.stall_s)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        readiness.start()
        yield
        await readiness.stop()
        await compiler.stop()
        if tracing:
            await tracing.stop()

    app = FastAPI(title="Edgefill GPU service", lifespan=lifespan, docs_url=None, redoc_url=None)
    install_error_handlers(app)
    app.add_middleware(
        RequestMiddleware,
        keys=read_api_keys(settings),
        draining=draining,
        max_body=settings.max_body,
        body_s=settings.body_s,
    )
    if tracing:
        tracing.install(app)
    app.include_router(health.make_router(readiness, engine))
    app.include_router(metrics.make_router(service_metrics))
    app.include_router(templates.make_router(service, engine, timeouts=timeouts))
    app.include_router(openai.make_router(service, engine, timeouts=timeouts))
    if settings.sleep:
        app.include_router(sleep.make_router(readiness, engine, admission))
    return app


def _make_admission(settings: GpuServiceSettings) -> AdmissionController:
    return AdmissionController(
        places=settings.slots_in_flight,
        max_waiting=settings.queue,
        max_running_tokens=settings.tokens_in_flight,
        max_waiting_tokens=settings.queue_tokens,
        reserved_places=settings.reserved,
    )
