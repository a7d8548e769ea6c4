"""What an OpenAI-compatible server is asked.

`structured` says which constraints it takes: `none`; `json_schema`: OpenAI's `response_format`
alone; `vllm`: also `structured_outputs` with regex and grammar and `return_token_ids`
(docs.vllm.ai/en/latest/features/structured_outputs). A constraint that the server does not take
is left out of the request: what comes back is checked all the same. A small model may write line
breaks between JSON's tokens for ever; vLLM forbids it for its whole server alone (0.32 ignores a
request's field), by disable_any_whitespace in its --structured-outputs-config.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest

Structured = Literal["none", "json_schema", "vllm"]


def path_of(request: GenerationRequest) -> str:
    """Below the base URL."""
    return "completions" if request.raw else "chat/completions"


def body_of(request: GenerationRequest, model: str, structured: Structured) -> dict[str, Any]:
    """The request's body."""
    body: dict[str, Any] = {
        "model": request.adapter or model,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": request.temperature,
        "top_p": request.top_p,
        **_text(request),
        **_constraint(request, structured),
    }
    if request.seed is not None:
        body["seed"] = request.seed
    if request.max_tokens is not None or request.raw:
        body["max_tokens"] = request.max_tokens  # null: as much as the context leaves
    if request.stop:
        body["stop"] = list(request.stop)
    if structured == "vllm":
        body["return_token_ids"] = True
    if request.ignore_eos:
        body["ignore_eos"] = True  # vLLM's field: another server refuses it
    return body


def encoded(body: dict[str, Any]) -> bytes:
    """`body` as JSON; RequestRefused when a text in it is none."""
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RequestRefused("prompt: it holds half a surrogate pair, which is no UTF-8") from None


def unbounded(body: dict[str, Any], *, context: int) -> dict[str, Any] | None:
    """`body` for as long a text as the context leaves; None when it is shorter anyway.

    Servers refuse a text that may outgrow their context (vLLM, OpenAI), engines here end it there.
    A token is a byte at least, so that many tokens may be the prompt's.
    """
    longest = body.get("max_tokens")
    if longest is None or len(encoded(body)) + longest < context:
        return None
    return body | {"max_tokens": None}


def _text(request: GenerationRequest) -> dict[str, Any]:
    if request.raw:
        asked = {} if request.logprobs is None else {"logprobs": request.logprobs}
        return {"prompt": request.prompt, **asked}
    asked = {}
    if request.logprobs is not None:
        asked = {"logprobs": True, "top_logprobs": request.logprobs}
    turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
    return {"messages": turns or [{"role": "user", "content": request.prompt}], **asked}


def _constraint(request: GenerationRequest, structured: Structured) -> dict[str, Any]:
    if structured == "vllm":
        if request.grammar:
            return {"structured_outputs": {"grammar": request.grammar}}
        if request.regex:
            return {"structured_outputs": {"regex": request.regex}}
    if request.json_schema and structured != "none":
        named = {"name": "answer", "schema": json.loads(request.json_schema)}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    return {}
