"""Prompts: a request as the tokens that a transformers tokenizer makes of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest

KEPT = 512  # prompts: admission counts the tokens of one and the engine reads it soon after
BYTES_PER_TOKEN = 64  # at most, generously: what is longer cannot fit and is not worth reading


class Prompts:
    """Reads prompts for a model with `context` tokens."""

    def __init__(self, tokenizer: Any, context: int) -> None:
        self._tokenizer = tokenizer
        self._context = context
        self._kept = lru_cache(KEPT)(self._tokens)

    def tokens(self, request: GenerationRequest) -> tuple[int, ...]:
        """The prompt's tokens, in the model's chat template unless it is raw; RequestRefused."""
        if request.messages:
            chat = tuple((message.role, message.content) for message in request.messages)
        else:
            chat = (("user", request.prompt),)
        return self._kept(request.prompt if request.raw else chat)

    def room(self, request: GenerationRequest) -> int:
        """How many tokens may be written; RequestRefused when none."""
        return room(request, len(self.tokens(request)), self._context)

    def _tokens(self, prompt: str | tuple[tuple[str, str], ...]) -> tuple[int, ...]:
        pieces = [prompt] if isinstance(prompt, str) else [content for _, content in prompt]
        if (length := sum(map(len, pieces))) > self._context * BYTES_PER_TOKEN:
            raise RequestRefused(
                f"prompt: {length} characters, the model's context is {self._context} tokens;"
                " shorten it"
            )
        if any(half_of_a_pair(piece) for piece in pieces):
            raise RequestRefused("prompt: it holds half a surrogate pair; send UTF-8")
        return tuple(self._encode(prompt))

    def _encode(self, prompt: str | tuple[tuple[str, str], ...]) -> list[int]:
        if isinstance(prompt, str):
            return list(self._tokenizer.encode(prompt))
        if not getattr(self._tokenizer, "chat_template", None):
            return list(self._tokenizer.encode("\n".join(content for _, content in prompt)))
        chat = [{"role": role, "content": content} for role, content in prompt]
        return list(self._tokenizer.encode(self._templated(chat), add_special_tokens=False))

    def _templated(self, chat: list[dict[str, str]]) -> str:
        try:
            return str(
                self._tokenizer.apply_chat_template(
                    chat, add_generation_prompt=True, tokenize=False
                )
            )
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "jinja2":
                raise
            said = f"messages: the model's chat template takes them not ({error})"
            raise RequestRefused(said[:300]) from error


def half_of_a_pair(text: str) -> bool:
    """Whether `text` has no UTF-8: JSON's escapes can write what no tokenizer reads."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def room(request: GenerationRequest, length: int, context: int) -> int:
    """How many tokens may follow a prompt of `length`; RequestRefused when none."""
    if request.max_tokens is not None and request.max_tokens < 1:
        raise RequestRefused(f"max_tokens: {request.max_tokens}; write 1 or more")
    if not length:
        raise RequestRefused("prompt: it is empty; write something")
    if length >= context:
        raise RequestRefused(
            f"prompt: {length} tokens, the model's context is {context}; shorten it"
        )
    return min(request.max_tokens or context, context - length)
