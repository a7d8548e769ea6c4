"""GET /metrics: Prometheus's text format."""

from __future__ import annotations

from fastapi import APIRouter, Response

from gpu_service.metrics import Metrics

MEDIA = "text/plain; version=0.0.4; charset=utf-8"


def make_router(metrics: Metrics) -> APIRouter:
    """The route over `metrics`."""
    routes = APIRouter()

    @routes.get("/metrics")
    async def get_metrics() -> Response:
        return Response(metrics.render(), media_type=MEDIA)

    return routes
