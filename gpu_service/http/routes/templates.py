"""POST /v1/templates: a template out of the model, whole or as a stream."""

from __future__ import annotations

import json
from functools import partial

from fastapi import APIRouter, Request, Response

from edgefill.core.errors import EdgefillError
from edgefill.core.problem import build_problem
from gpu_service.engines.engine import Engine
from gpu_service.http.deadline import deadline_of
from gpu_service.http.responses import Patience, Wording, reply
from gpu_service.scheduling.generation import Writer
from gpu_service.wire.templates import TemplateOrder, told, whole


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
    return json.dumps({"error": json.loads(build_problem(error).body)}, ensure_ascii=False)
