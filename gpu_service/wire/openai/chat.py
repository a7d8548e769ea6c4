"""The body of POST /v1/chat/completions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gpu_service.engines.engine import GenerationRequest, Message, ModelNames, Role
from gpu_service.wire.openai.constraints import ResponseFormat, merge_constraints
from gpu_service.wire.openai.request_models import OpenAIRequest
from gpu_service.wire.validation import EncodableText

ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
}  # fmt: skip


class MessagePart(BaseModel):
    """A part of a message; this service accepts only text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    type: Literal["text"]
    text: EncodableText


class ChatMessage(BaseModel):
    """One message of a chat."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    role: Literal["system", "developer", "user", "assistant"]
    content: EncodableText | list[MessagePart]
    # The participant's name is accepted and ignored: chat templates have no field for it.
    name: str | None = None

    def to_message(self) -> Message:
        """The message as engines take it."""
        content = self.content
        text = content if isinstance(content, str) else "".join(part.text for part in content)
        return Message(role=ROLES[self.role], content=text)


class ChatCompletionRequest(OpenAIRequest):
    """A chat to continue."""

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1024)]
    max_completion_tokens: Annotated[int | None, Field(ge=1)] = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int | None, Field(ge=0, le=20)] = None
    response_format: ResponseFormat | None = None

    @model_validator(mode="after")
    def _check_consistent(self) -> ChatCompletionRequest:
        if self.top_logprobs is not None and not self.logprobs:
            raise ValueError("top_logprobs: it needs logprobs true")
        merge_constraints(self.response_format, self.structured)
        return self

    @property
    def max_new_tokens(self) -> int | None:
        """The most tokens that the body allows; `max_tokens` is the older name."""
        return self.max_completion_tokens or self.max_tokens

    def to_generation_request(self, engine: ModelNames) -> GenerationRequest:
        """The request for the engine; UnknownModel."""
        constrained: dict[str, Any] = merge_constraints(self.response_format, self.structured)
        return GenerationRequest(
            prompt="",
            messages=tuple(turn.to_message() for turn in self.messages),
            max_tokens=self.max_new_tokens,
            adapter=self.resolve_adapter(engine),
            logprobs=(self.top_logprobs or 0) if self.logprobs else None,
            **constrained,
            **self.to_sampling_fields(),
        )
