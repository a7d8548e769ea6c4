"""Encode a request's prompt as tokens, with a transformers tokenizer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.token_budget import max_new_tokens

# Admission counts the tokens of a prompt and the engine encodes the same prompt soon after.
CACHED_PROMPTS = 512
# More bytes per token than any tokenizer has: a longer prompt cannot fit and is not encoded.
MAX_BYTES_PER_TOKEN = 64


class PromptEncoder:
    """Encodes prompts for a model with `context` tokens."""

    def __init__(self, tokenizer: Any, context: int) -> None:
        self._tokenizer = tokenizer
        self._context = context
        self._encode_cached = lru_cache(CACHED_PROMPTS)(self._encode_uncached)

    def encode(self, request: GenerationRequest) -> tuple[int, ...]:
        """The prompt's tokens, in the model's chat template unless it is raw; RequestRefused."""
        if request.messages:
            chat = tuple((message.role, message.content) for message in request.messages)
        else:
            chat = (("user", request.prompt),)
        return self._encode_cached(request.prompt if request.raw else chat)

    def max_new_tokens(self, request: GenerationRequest) -> int:
        """The most tokens that may be generated; RequestRefused when none may."""
        return max_new_tokens(request, len(self.encode(request)), self._context)

    def _encode_uncached(self, prompt: str | tuple[tuple[str, str], ...]) -> tuple[int, ...]:
        pieces = [prompt] if isinstance(prompt, str) else [content for _, content in prompt]
        if (length := sum(map(len, pieces))) > self._context * MAX_BYTES_PER_TOKEN:
            raise RequestRefused(
                f"prompt: {length} characters, the model's context is {self._context} tokens;"
                " shorten it"
            )
        if any(has_unpaired_surrogate(piece) for piece in pieces):
            raise RequestRefused("prompt: it holds an unpaired surrogate; send UTF-8")
        return tuple(self._tokenize(prompt))

    def _tokenize(self, prompt: str | tuple[tuple[str, str], ...]) -> list[int]:
        if isinstance(prompt, str):
            return list(self._tokenizer.encode(prompt))
        if not getattr(self._tokenizer, "chat_template", None):
            return list(self._tokenizer.encode("\n".join(content for _, content in prompt)))
        chat = [{"role": role, "content": content} for role, content in prompt]
        return list(
            self._tokenizer.encode(self._apply_chat_template(chat), add_special_tokens=False)
        )

    def _apply_chat_template(self, chat: list[dict[str, str]]) -> str:
        try:
            return str(
                self._tokenizer.apply_chat_template(
                    chat, add_generation_prompt=True, tokenize=False
                )
            )
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "jinja2":
                raise
            message = f"messages: the model's chat template rejects them ({error})"
            raise RequestRefused(message[:300]) from error


def has_unpaired_surrogate(text: str) -> bool:
    """Whether `text` cannot be encoded as UTF-8; JSON's escapes can write such a text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
