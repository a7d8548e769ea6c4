"""POST /v1/templates: a template out of the model, whole or as a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gpu_service.generation import Step, Writer
from gpu_service.streaming import ClientGone, EventStream, events, while_connected
from gpu_service.wire import TemplateOrder, whole

CLIENT_CLOSED_REQUEST = 499  # nginx's word; nobody reads it


def router(writer: Writer, *, model: str, stream_s: float) -> APIRouter:
    """The route over `writer`."""
    routes = APIRouter()

    @routes.post("/v1/templates")
    async def create(order: TemplateOrder, request: Request) -> Response:
        steps = writer.write(order.request(), deadline_s=order.deadline_s)
        try:
            if not order.stream:
                return JSONResponse(whole(model, await while_connected(request, _all(steps))))
            first = await while_connected(request, anext(steps))
            return EventStream(events(first, steps), limit_s=stream_s)
        except ClientGone:
            return Response(status_code=CLIENT_CLOSED_REQUEST)

    return routes


async def _all(steps: AsyncGenerator[Step, None]) -> list[Step]:
    async with aclosing(steps):
        return [step async for step in steps]
