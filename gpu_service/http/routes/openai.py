"""POST /v1/chat/completions and /v1/completions, GET /v1/models: OpenAI's API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from edgefill.core.errors import EdgefillError
from gpu_service.engines.engine import Engine
from gpu_service.http.deadline import read_deadline
from gpu_service.http.responses import ClientTimeouts, ResponseFormatter, reply
from gpu_service.scheduling.generation import GenerationService
from gpu_service.wire.openai.chat import ChatCompletionRequest
from gpu_service.wire.openai.completions import CompletionRequest
from gpu_service.wire.openai.errors import to_error_body
from gpu_service.wire.openai.models import list_model_cards, make_model_card, resolve_adapter
from gpu_service.wire.openai.responses import (
    ChatFormat,
    ChoiceFormat,
    CompletionFormat,
    OpenAIResponseBuilder,
    make_id,
)


def make_router(
    service: GenerationService,
    engine: Engine,
    *,
    timeouts: ClientTimeouts,
    clock: Callable[[], float] = time.time,
) -> APIRouter:
    """The routes over `service`, whose engine is `engine`."""
    routes = APIRouter()
    started = int(clock())

    @routes.post("/v1/chat/completions")
    async def create_chat_completion(body: ChatCompletionRequest, request: Request) -> Response:
        return await generate_and_reply(body, request, ChatFormat())

    @routes.post("/v1/completions")
    async def create_completion(body: CompletionRequest, request: Request) -> Response:
        return await generate_and_reply(body, request, CompletionFormat())

    @routes.get("/v1/models")
    async def list_models() -> dict[str, Any]:
        return list_model_cards(engine, started)

    @routes.get("/v1/models/{name:path}")
    async def get_model(name: str) -> dict[str, Any]:
        resolve_adapter(name, engine)
        return make_model_card(engine, name, started)

    async def generate_and_reply(
        body: ChatCompletionRequest | CompletionRequest,
        request: Request,
        choice_format: ChoiceFormat,
    ) -> Response:
        generation = body.to_generation_request(engine)
        chunks = service.generate(
            generation,
            deadline_s=read_deadline(request, body.deadline_s),
            caller=request.state.caller,
            clip=body.max_new_tokens is None,
        )
        builder = OpenAIResponseBuilder(
            choice_format=choice_format,
            model=body.model or engine.model,
            created=int(clock()),
            id=make_id(choice_format),
            include_usage=body.include_usage,
            logprobs=generation.logprobs is not None,
            token_ids=bool(body.return_token_ids),
        )
        formatter = ResponseFormatter(
            to_response=builder.to_response, to_events=builder.to_events, to_error=_to_error
        )
        return await reply(request, chunks, formatter, stream=bool(body.stream), timeouts=timeouts)

    return routes


def _to_error(error: EdgefillError) -> str:
    return json.dumps(to_error_body(error))
