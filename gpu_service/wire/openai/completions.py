"""Completions: the body of POST /v1/completions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from gpu_service.engines.engine import GenerationRequest, Names
from gpu_service.wire.openai.constraints import ResponseFormat, constraint
from gpu_service.wire.openai.request_models import Order, Text

USUAL_TOKENS = 16  # OpenAI's default of max_tokens here; null is what the context leaves (vLLM)


class CompletionOrder(Order):
    """A text to go on with, without a chat template."""

    prompt: Annotated[Text, Field(min_length=1)]
    logprobs: Annotated[int | None, Field(ge=0, le=20)] = None
    response_format: ResponseFormat | None = None  # vLLM takes it here too

    @field_validator("prompt", mode="before")
    @classmethod
    def _one(cls, prompt: Any) -> Any:
        """OpenAI takes lists, of texts or of token numbers; this service one text a request."""
        if isinstance(prompt, list):
            if len(prompt) == 1 and isinstance(prompt[0], str):
                return prompt[0]
            raise ValueError("one text a request is written here; token numbers are not taken")
        return prompt

    @model_validator(mode="after")
    def _consistent(self) -> CompletionOrder:
        constraint(self.response_format, self.structured)
        return self

    def request(self, engine: Names) -> GenerationRequest:
        """What the engine is asked; ModelUnknown."""
        constrained: dict[str, Any] = constraint(self.response_format, self.structured)
        return GenerationRequest(
            prompt=self.prompt,
            raw=True,
            max_tokens=self.max_tokens if "max_tokens" in self.model_fields_set else USUAL_TOKENS,
            adapter=self.adapter(engine),
            logprobs=self.logprobs,
            **constrained,
            **self.sampling(),
        )
