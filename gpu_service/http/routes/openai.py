"""POST /v1/chat/completions and /v1/completions, GET /v1/models: OpenAI's API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from edgefill.core.errors import EdgefillError
from gpu_service.engines.engine import Engine
from gpu_service.http.deadline import deadline_of
from gpu_service.http.responses import Patience, Wording, reply
from gpu_service.scheduling.generation import Writer
from gpu_service.wire.openai.chat import ChatOrder
from gpu_service.wire.openai.completions import CompletionOrder
from gpu_service.wire.openai.errors import ModelUnknown, body_for
from gpu_service.wire.openai.models import card, cards
from gpu_service.wire.openai.responses import Answer, ChatStyle, Style, TextStyle, new_id


def router(
    writer: Writer, engine: Engine, *, patience: Patience, clock: Callable[[], float] = time.time
) -> APIRouter:
    """The routes over `writer`, whose engine is `engine`."""
    routes = APIRouter()
    started = int(clock())

    @routes.post("/v1/chat/completions")
    async def chat(order: ChatOrder, request: Request) -> Response:
        return await written(order, request, ChatStyle())

    @routes.post("/v1/completions")
    async def completion(order: CompletionOrder, request: Request) -> Response:
        return await written(order, request, TextStyle())

    @routes.get("/v1/models")
    async def models() -> dict[str, Any]:
        return cards(engine, started)

    @routes.get("/v1/models/{name:path}")
    async def model(name: str) -> dict[str, Any]:
        if name not in (engine.model, *engine.adapters):
            raise ModelUnknown(name)
        return card(engine, name, started)

    async def written(
        order: ChatOrder | CompletionOrder, request: Request, style: Style
    ) -> Response:
        asked = order.request(engine)
        steps = writer.write(
            asked,
            deadline_s=deadline_of(request, order.deadline_s),
            caller=request.state.caller,
            clip=order.longest is None,
        )
        answer = Answer(
            style=style,
            model=order.model,
            created=int(clock()),
            id=new_id(style),
            include_usage=order.include_usage,
            logprobs=asked.logprobs is not None,
            token_ids=bool(order.return_token_ids),
        )
        wording = Wording(whole=answer.body, told=answer.chunks, failed=_failed)
        return await reply(request, steps, wording, stream=bool(order.stream), patience=patience)

    return routes


def _failed(error: EdgefillError) -> str:
    return json.dumps(body_for(error))
