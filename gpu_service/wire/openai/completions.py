"""The body of POST /v1/completions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from gpu_service.engines.engine import GenerationRequest, ModelNames
from gpu_service.wire.openai.constraints import (
    ResponseFormat,
    check_constraint,
    merge_constraints,
)
from gpu_service.wire.openai.request_models import OpenAIRequest
from gpu_service.wire.validation import EncodableText

# OpenAI's default of max_tokens on this route; null means what the context has room for (vLLM).
DEFAULT_MAX_TOKENS = 16


class CompletionRequest(OpenAIRequest):
    """A text to continue, without a chat template."""

    prompt: Annotated[EncodableText, Field(min_length=1)]
    logprobs: Annotated[int | None, Field(ge=0, le=20)] = None
    response_format: ResponseFormat | None = None  # as in vLLM

    @field_validator("prompt", mode="before")
    @classmethod
    def _unwrap_single_prompt(cls, prompt: Any) -> Any:
        """OpenAI accepts lists of texts or token numbers; this service accepts one text."""
        if isinstance(prompt, list):
            if len(prompt) == 1 and isinstance(prompt[0], str):
                return prompt[0]
            raise ValueError("send one text per request; token numbers are not supported")
        return prompt

    @model_validator(mode="after")
    def _check_consistent(self) -> CompletionRequest:
        merge_constraints(self.response_format, self.structured)
        return self

    def to_generation_request(self, engine: ModelNames) -> GenerationRequest:
        """The request for the engine; UnknownModel, or InputRefused for the constraint."""
        constrained: dict[str, Any] = check_constraint(
            merge_constraints(self.response_format, self.structured)
        )
        return GenerationRequest(
            prompt=self.prompt,
            raw=True,
            max_tokens=self.max_tokens
            if "max_tokens" in self.model_fields_set
            else DEFAULT_MAX_TOKENS,
            adapter=self.resolve_adapter(engine),
            logprobs=self.logprobs,
            **constrained,
            **self.to_sampling_fields(),
        )
