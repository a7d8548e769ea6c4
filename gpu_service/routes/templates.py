"""POST /v1/templates: a template out of the model, whole or as a stream."""

from __future__ import annotations

import json
from functools import partial

from fastapi import APIRouter, Request, Response

from gpu_service.deadline import deadline_of
from gpu_service.engine import Engine
from gpu_service.generation import Writer
from gpu_service.replies import Patience, Wording, reply
from gpu_service.wire import TemplateOrder, told, whole
from lambdas.core.errors import EdgefillError
from lambdas.core.problem import problem


def router(writer: Writer, engine: Engine, *, patience: Patience) -> APIRouter:
    """The route over `writer`."""
    routes = APIRouter()

    @routes.post("/v1/templates")
    async def create(order: TemplateOrder, request: Request) -> Response:
        steps = writer.write(
            order.request(),
            deadline_s=deadline_of(request, order.deadline_s),
            caller=request.state.caller,
        )
        wording = Wording(whole=partial(whole, engine.model), told=told, failed=_failed)
        return await reply(request, steps, wording, stream=order.stream, patience=patience)

    return routes


def _failed(error: EdgefillError) -> str:
    return json.dumps({"error": json.loads(problem(error).body)}, ensure_ascii=False)
