"""Make the request that is sent to an OpenAI-compatible server.

`structured` says which constraints the server accepts: `none`; `json_schema`: only OpenAI's
`response_format`; `vllm`: also `structured_outputs` with regex and grammar, and `return_token_ids`
(docs.vllm.ai/en/latest/features/structured_outputs). A constraint that the server does not accept
is left out of the request; the answer is checked against it all the same. A small model may write
line breaks between JSON's tokens for ever. vLLM 0.32 ignores a request's field against that and can
forbid it only for the whole server, by disable_any_whitespace in --structured-outputs-config.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest

Structured = Literal["none", "json_schema", "vllm"]


def choose_path(request: GenerationRequest) -> str:
    """The path below the base URL."""
    return "completions" if request.raw else "chat/completions"


def make_body(request: GenerationRequest, model: str, structured: Structured) -> dict[str, Any]:
    """The request's body, for the server's `model`."""
    body: dict[str, Any] = {
        "model": model,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": request.temperature,
        "top_p": request.top_p,
        **_make_text_fields(request),
        **_make_constraint_fields(request, structured),
    }
    if request.seed is not None:
        body["seed"] = request.seed
    if request.max_tokens is not None or request.raw:
        body["max_tokens"] = request.max_tokens  # null: as many as the context has room for
    if request.stop:
        body["stop"] = list(request.stop)
    if structured == "vllm":
        body["return_token_ids"] = True
    if request.ignore_eos:
        body["ignore_eos"] = True  # vLLM's field: another server refuses it
    return body


def encode_body(body: dict[str, Any]) -> bytes:
    """`body` as JSON; RequestRefused when a text in it cannot be encoded."""
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RequestRefused(
            "prompt: it holds an unpaired surrogate, which cannot be encoded as UTF-8"
        ) from None


def remove_token_limit(body: dict[str, Any], *, context: int) -> dict[str, Any] | None:
    """`body` without its limit of tokens; None when the limit cannot outgrow the context.

    vLLM and OpenAI refuse a request whose text may outgrow the context; our engines cut the text
    there. A token has at least one byte, so the prompt has at most as many tokens as bytes.
    """
    longest = body.get("max_tokens")
    if longest is None or len(encode_body(body)) + longest < context:
        return None
    return body | {"max_tokens": None}


def remove_log_probability(
    body: dict[str, Any], request: GenerationRequest
) -> dict[str, Any] | None:
    """`body` without log probabilities; None when it has none or the request cannot do without.

    OpenAI's reasoning models, among others, refuse a request that asks for them.
    """
    if "logprobs" not in body or request.logprobs is not None:
        return None
    return {name: value for name, value in body.items() if name != "logprobs"}


def _make_text_fields(request: GenerationRequest) -> dict[str, Any]:
    alternatives = request.wanted_logprobs
    if request.raw:
        logprobs = {} if alternatives is None else {"logprobs": alternatives}
        return {"prompt": request.prompt, **logprobs}
    logprobs = {} if alternatives is None else {"logprobs": True}
    if request.logprobs is not None:
        logprobs["top_logprobs"] = request.logprobs
    turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
    return {"messages": turns or [{"role": "user", "content": request.prompt}], **logprobs}


def _make_constraint_fields(request: GenerationRequest, structured: Structured) -> dict[str, Any]:
    if structured == "vllm":
        if request.grammar:
            return {"structured_outputs": {"grammar": request.grammar}}
        if request.regex:
            return {"structured_outputs": {"regex": request.regex}}
    if request.json_schema and structured != "none":
        json_schema = {"name": "answer", "schema": json.loads(request.json_schema)}
        return {"response_format": {"type": "json_schema", "json_schema": json_schema}}
    return {}
