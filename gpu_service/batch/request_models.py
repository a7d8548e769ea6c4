"""Orders: what a line's body asks for, by its url, and how the answer is worded there.

The bodies and the answers are those of the service's routes; deadlines and lanes say nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.engines.engine import GenerationRequest, Names
from gpu_service.http.places import place
from gpu_service.scheduling.generation import Step
from gpu_service.wire import templates as wire
from gpu_service.wire.openai.chat import ChatOrder
from gpu_service.wire.openai.completions import CompletionOrder
from gpu_service.wire.openai.errors import ModelUnknown
from gpu_service.wire.openai.responses import Answer, ChatStyle, Style, TextStyle, new_id

Said = Callable[[Step, int], dict[str, Any]]  # the last step, holding all; seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One body, read."""

    request: GenerationRequest
    clip: bool  # a text that the context has no room for is cut, not refused
    said: Said  # the body of the answer


def read_body(url: str, body: dict[str, Any], names: Names) -> Asked:
    """What `body` asks for; InputRefused names the field and the remedy."""
    if url not in READ:
        raise InputRefused(f"url: {url[:80]!r} is not served; write one of {', '.join(READ)}")
    try:
        return READ[url](body, names)
    except ValidationError as error:
        first = error.errors()[0]
        field = place(["body", *first["loc"]])
        said = first["msg"].removeprefix("Value error, ")
        raise InputRefused(f"{field}: {said}; write what {url} takes") from error
    except ModelUnknown as error:
        known = ", ".join((names.model, *names.adapters))
        raise InputRefused(
            f"body.model: {str(body.get('model'))[:80]!r} is not served here; write {known},"
            " or name what is served with EDGEFILL_GPU_MODEL_NAME"
        ) from error
    except (InputRefused, RequestRefused) as error:
        raise InputRefused(f"body.{error}") from error


def _chat(body: dict[str, Any], names: Names) -> Asked:
    return _openai(ChatOrder.model_validate(body), ChatStyle(), names)


def _completion(body: dict[str, Any], names: Names) -> Asked:
    return _openai(CompletionOrder.model_validate(body), TextStyle(), names)


def _openai(order: ChatOrder | CompletionOrder, style: Style, names: Names) -> Asked:
    _not_streamed(stream=bool(order.stream))
    asked = order.request(names)

    def said(step: Step, created: int) -> dict[str, Any]:
        return Answer(
            style=style,
            model=order.model,
            created=created,
            id=new_id(style),
            logprobs=asked.logprobs is not None,
            token_ids=bool(order.return_token_ids),
        ).body([step])

    return Asked(request=asked, clip=order.longest is None, said=said)


def _template(body: dict[str, Any], names: Names) -> Asked:
    order = wire.TemplateOrder.model_validate(body)
    _not_streamed(stream=order.stream)
    return Asked(
        request=order.request(),
        clip=True,
        said=lambda step, _created: wire.whole(names.model, [step]),
    )


def _not_streamed(*, stream: bool) -> None:
    if stream:
        raise InputRefused("stream: a batch has no streams; leave it out")


READ: dict[str, Callable[[dict[str, Any], Names], Asked]] = {
    "/v1/chat/completions": _chat,
    "/v1/completions": _completion,
    "/v1/templates": _template,
}
