"""The body of POST /v1/chat/completions."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from gpu_service.engines.engine import GenerationRequest, Message, ModelNames, Role
from gpu_service.wire.openai.constraints import (
    ResponseFormat,
    check_constraint,
    merge_constraints,
)
from gpu_service.wire.openai.request_models import OpenAIRequest
from gpu_service.wire.openai.shape import NeutralValues, OpenAIShape
from gpu_service.wire.validation import EncodableText

ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
}  # fmt: skip


# What the parts of a message that hold no text are called in a refusal.
PART_CONTENTS = {"image_url": "images", "input_audio": "audio", "file": "files"}


class MessagePart(OpenAIShape):
    """A part of a message; this service accepts only text."""

    ignored = frozenset({"prompt_cache_breakpoint"})

    type: Literal["text"]
    text: EncodableText


class ChatMessage(OpenAIShape):
    """One message of a chat; an assistant's may be an earlier answer, as a client received it."""

    neutral: ClassVar[NeutralValues] = {
        "refusal": (None,), "annotations": ([],), "audio": (None,), "function_call": (None,),
        "tool_calls": ([],),
    }  # fmt: skip
    # The participant's name is ignored: chat templates have no field for it.
    ignored = frozenset({"name"})

    role: Literal["system", "developer", "user", "assistant"]
    content: EncodableText | list[MessagePart]

    @field_validator("role", mode="before")
    @classmethod
    def _refuse_tool_messages(cls, role: Any) -> Any:
        if role in ("tool", "function"):
            raise ValueError(f"messages of a {role} cannot be used here; send text in the others")
        return role

    @field_validator("content", mode="before")
    @classmethod
    def _refuse_other_contents(cls, content: Any, info: ValidationInfo) -> Any:
        if content is None and info.data.get("role") == "assistant":
            return ""
        for number, part in enumerate(content if isinstance(content, list) else ()):
            kind = part.get("type") if isinstance(part, dict) else None
            if isinstance(kind, str) and kind != "text":
                what = PART_CONTENTS.get(kind, "parts of this type")
                raise ValueError(f"{number}.type: {what} ({kind[:40]}) cannot be used; send text")
        return content

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
        if self.top_logprobs and not self.logprobs:
            raise ValueError("top_logprobs: it needs logprobs true")
        merge_constraints(self.response_format, self.structured)
        return self

    @property
    def max_new_tokens(self) -> int | None:
        """The most tokens that the body allows; `max_tokens` is the older name."""
        return self.max_completion_tokens or self.max_tokens

    def to_generation_request(self, engine: ModelNames) -> GenerationRequest:
        """The request for the engine; UnknownModel, or InputRefused for the constraint."""
        constrained: dict[str, Any] = check_constraint(
            merge_constraints(self.response_format, self.structured)
        )
        return GenerationRequest(
            prompt="",
            messages=tuple(turn.to_message() for turn in self.messages),
            max_tokens=self.max_new_tokens,
            adapter=self.resolve_adapter(engine),
            logprobs=(self.top_logprobs or 0) if self.logprobs else None,
            **constrained,
            **self.to_sampling_fields(),
        )
