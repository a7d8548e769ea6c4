"""Parse a line's body by its url, and format the answer as the service's route would.

The bodies and the answers are those of the service's routes; a batch ignores deadlines and lanes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.engines.engine import GenerationRequest, ModelNames
from gpu_service.scheduling.generation import GeneratedChunk
from gpu_service.wire.openai.chat import ChatCompletionRequest
from gpu_service.wire.openai.completions import CompletionRequest
from gpu_service.wire.openai.errors import UnknownModel
from gpu_service.wire.openai.responses import (
    ChatFormat,
    ChoiceFormat,
    CompletionFormat,
    OpenAIResponseBuilder,
    make_id,
)
from gpu_service.wire.template_api import TemplateRequest, TemplateResponseBuilder
from gpu_service.wire.validation import explain_error

# From the last chunk, which holds the whole text, and the seconds since 1970.
ToResponse = Callable[[GeneratedChunk, int], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRequest:
    """One parsed body."""

    request: GenerationRequest
    clip: bool  # a text that the context has no room for is cut, not refused
    to_response: ToResponse  # the body of the answer


def parse_body(url: str, body: dict[str, Any], names: ModelNames) -> ParsedRequest:
    """Parse `body` for the route `url`; InputRefused names the field and the remedy."""
    if url not in PARSERS:
        raise InputRefused(f"url: {url[:80]!r} is not served; write one of {', '.join(PARSERS)}")
    try:
        return PARSERS[url](body, names)
    except ValidationError as error:
        path, message = explain_error(error.errors()[0])
        field = ".".join(filter(None, ("body", path.lstrip("."))))
        raise InputRefused(f"{field}: {message}; write what {url} accepts") from error
    except UnknownModel as error:
        models = ", ".join((names.model, *names.adapters))
        raise InputRefused(
            f"body.model: {str(body.get('model'))[:80]!r} is not served here; write {models},"
            " or set EDGEFILL_GPU_MODEL_NAME to the name that the shard uses"
        ) from error
    except (InputRefused, RequestRefused) as error:
        raise InputRefused(f"body.{error}") from error


def _parse_chat(body: dict[str, Any], names: ModelNames) -> ParsedRequest:
    return _parse_openai(ChatCompletionRequest.model_validate(body), ChatFormat(), names)


def _parse_completion(body: dict[str, Any], names: ModelNames) -> ParsedRequest:
    return _parse_openai(CompletionRequest.model_validate(body), CompletionFormat(), names)


def _parse_openai(
    model: ChatCompletionRequest | CompletionRequest,
    choice_format: ChoiceFormat,
    names: ModelNames,
) -> ParsedRequest:
    _refuse_stream(stream=bool(model.stream))
    request = model.to_generation_request(names)

    def to_response(chunk: GeneratedChunk, created: int) -> dict[str, Any]:
        return OpenAIResponseBuilder(
            choice_format=choice_format,
            model=model.model or names.model,
            created=created,
            id=make_id(choice_format),
            logprobs=request.logprobs is not None,
            token_ids=bool(model.return_token_ids),
        ).to_response([chunk])

    return ParsedRequest(
        request=request, clip=model.max_new_tokens is None, to_response=to_response
    )


def _parse_template(body: dict[str, Any], names: ModelNames) -> ParsedRequest:
    model = TemplateRequest.model_validate(body)
    _refuse_stream(stream=model.stream)
    request = model.to_generation_request(names)

    def to_response(chunk: GeneratedChunk, _created: int) -> dict[str, Any]:
        return TemplateResponseBuilder(model=request.adapter or names.model).to_response([chunk])

    return ParsedRequest(request=request, clip=True, to_response=to_response)


def _refuse_stream(*, stream: bool) -> None:
    if stream:
        raise InputRefused("stream: a batch has no streams; leave it out")


PARSERS: dict[str, Callable[[dict[str, Any], ModelNames], ParsedRequest]] = {
    "/v1/chat/completions": _parse_chat,
    "/v1/completions": _parse_completion,
    "/v1/templates": _parse_template,
}
