"""POST /v1/templates: generate a template, whole or as a stream."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response

from edgefill.core.errors import EdgefillError
from edgefill.core.problem import build_problem
from gpu_service.engines.engine import Engine
from gpu_service.http.deadline import read_deadline
from gpu_service.http.responses import ClientTimeouts, ResponseFormatter, reply
from gpu_service.scheduling.generation import GenerationService
from gpu_service.wire.template_api import TemplateRequest, TemplateResponseBuilder


def make_router(
    service: GenerationService, engine: Engine, *, timeouts: ClientTimeouts
) -> APIRouter:
    """The route over `service`, whose engine is `engine`."""
    routes = APIRouter()

    @routes.post("/v1/templates")
    async def create_template(body: TemplateRequest, request: Request) -> Response:
        generation = body.to_generation_request(engine)
        chunks = service.generate(
            generation,
            deadline_s=read_deadline(request, body.deadline_s),
            caller=request.state.caller,
        )
        builder = TemplateResponseBuilder(model=generation.adapter or engine.model)
        formatter = ResponseFormatter(
            to_response=builder.to_response, to_events=builder.to_events, to_error=_to_error
        )
        return await reply(request, chunks, formatter, stream=body.stream, timeouts=timeouts)

    return routes


def _to_error(error: EdgefillError) -> str:
    return json.dumps({"error": json.loads(build_problem(error).body)}, ensure_ascii=False)
