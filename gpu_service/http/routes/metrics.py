"""GET /metrics: Prometheus's text format."""

from __future__ import annotations

from fastapi import APIRouter, Response

from gpu_service.metrics import Metrics

MEDIA = "text/plain; version=0.0.4; charset=utf-8"


def router(metrics: Metrics) -> APIRouter:
    """The route over `metrics`."""
    routes = APIRouter()

    @routes.get("/metrics")
    async def exposition() -> Response:
        return Response(metrics.exposition(), media_type=MEDIA)

    return routes
