"""Chat: the body of POST /v1/chat/completions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gpu_service.engines.engine import GenerationRequest, Message, Names, Role
from gpu_service.wire.openai.constraints import ResponseFormat, constraint
from gpu_service.wire.openai.request_models import Order, Text

ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
}  # fmt: skip


class Part(BaseModel):
    """A piece of a message; this service reads text alone."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    type: Literal["text"]
    text: Text


class Turn(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    role: Literal["system", "developer", "user", "assistant"]
    content: Text | list[Part]
    name: str | None = None  # of the participant; the models' chat templates have no place for it

    def message(self) -> Message:
        """The message as engines take it."""
        content = self.content
        text = content if isinstance(content, str) else "".join(part.text for part in content)
        return Message(role=ROLES[self.role], content=text)


class ChatOrder(Order):
    """A chat to go on with."""

    messages: Annotated[list[Turn], Field(min_length=1, max_length=1024)]
    max_completion_tokens: Annotated[int | None, Field(ge=1)] = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int | None, Field(ge=0, le=20)] = None
    response_format: ResponseFormat | None = None

    @model_validator(mode="after")
    def _consistent(self) -> ChatOrder:
        if self.top_logprobs is not None and not self.logprobs:
            raise ValueError("top_logprobs: stands with logprobs true")
        constraint(self.response_format, self.structured)
        return self

    @property
    def longest(self) -> int | None:
        """The most tokens that the body asks for; `max_tokens` is the older name."""
        return self.max_completion_tokens or self.max_tokens

    def request(self, engine: Names) -> GenerationRequest:
        """What the engine is asked; ModelUnknown."""
        constrained: dict[str, Any] = constraint(self.response_format, self.structured)
        return GenerationRequest(
            prompt="",
            messages=tuple(turn.message() for turn in self.messages),
            max_tokens=self.longest,
            adapter=self.adapter(engine),
            logprobs=(self.top_logprobs or 0) if self.logprobs else None,
            **constrained,
            **self.sampling(),
        )
