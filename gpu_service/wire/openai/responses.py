"""Format a text in OpenAI's shapes, as a whole answer or as the chunks of a stream."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gpu_service.engines.engine import TokenLogprob
from gpu_service.scheduling.generation import GeneratedChunk
from gpu_service.wire.openai.logprobs import to_chat_logprobs, to_completion_logprobs


class ChoiceFormat(Protocol):
    """How one route formats a choice."""

    id_prefix: str
    response_object: str  # `object` of a whole answer
    chunk_object: str  # `object` of a chunk

    def format_text(self, text: str) -> dict[str, Any]:
        """The choice's text in a whole answer."""
        ...

    def format_delta(self, text: str, *, first: bool) -> dict[str, Any]:
        """The choice's text in a chunk."""
        ...

    def format_logprobs(self, tokens: Sequence[TokenLogprob], offset: int) -> dict[str, Any]:
        """The log probabilities of `tokens`; the text before them has `offset` characters."""
        ...


class ChatFormat:
    """POST /v1/chat/completions."""

    id_prefix = "chatcmpl-"
    response_object, chunk_object = "chat.completion", "chat.completion.chunk"

    def format_text(self, text: str) -> dict[str, Any]:
        """A message of the assistant."""
        return {"message": {"role": "assistant", "content": text, "refusal": None}}

    def format_delta(self, text: str, *, first: bool) -> dict[str, Any]:
        """A delta; the first names the role."""
        role = {"role": "assistant"} if first else {}
        return {"delta": {**role, "content": text} if text or first else {}}

    def format_logprobs(self, tokens: Sequence[TokenLogprob], offset: int) -> dict[str, Any]:
        """In the shape of chats."""
        return to_chat_logprobs(tokens)


class CompletionFormat:
    """POST /v1/completions."""

    id_prefix = "cmpl-"
    response_object = chunk_object = "text_completion"

    def format_text(self, text: str) -> dict[str, Any]:
        """The bare text."""
        return {"text": text}

    def format_delta(self, text: str, *, first: bool) -> dict[str, Any]:
        """The bare text."""
        return {"text": text}

    def format_logprobs(self, tokens: Sequence[TokenLogprob], offset: int) -> dict[str, Any]:
        """In the shape of completions."""
        return to_completion_logprobs(tokens, offset)


@dataclass(slots=True, kw_only=True)
class OpenAIResponseBuilder:
    """Builds one answer: call `to_response` once, or `to_events` for each chunk in order."""

    choice_format: ChoiceFormat
    model: str
    created: int  # seconds since 1970
    id: str
    include_usage: bool = False
    logprobs: bool = False
    token_ids: bool = False
    _offset: int = 0
    _has_begun: bool = False

    def to_response(self, chunks: Sequence[GeneratedChunk]) -> dict[str, Any]:
        """The whole answer."""
        text = self.choice_format.format_text("".join(chunk.text for chunk in chunks))
        return {
            **self._make_head(self.choice_format.response_object),
            "choices": [self._make_choice(text, chunks)],
            "usage": to_usage(chunks[-1]),
        }

    def to_events(self, chunk: GeneratedChunk) -> list[str]:
        """The stream's events of `chunk`, as JSON."""
        if not self._has_content(chunk):
            return []
        delta = self.choice_format.format_delta(chunk.text, first=not self._has_begun)
        self._has_begun = True
        head = self._make_head(self.choice_format.chunk_object)
        event = {**head, "choices": [self._make_choice(delta, [chunk])]}
        if not self.include_usage:
            return [_dump_json(event)]
        events = [_dump_json(event | {"usage": None})]
        if chunk.finish_reason:
            events.append(_dump_json({**head, "choices": [], "usage": to_usage(chunk)}))
        return events

    def _has_content(self, chunk: GeneratedChunk) -> bool:
        """Whether `chunk` has anything that this answer shows."""
        return bool(
            chunk.text
            or chunk.finish_reason
            or (self.token_ids and chunk.token_ids)
            or (self.logprobs and chunk.logprobs)
        )

    def _make_head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _make_choice(
        self, fields: dict[str, Any], chunks: Sequence[GeneratedChunk]
    ) -> dict[str, Any]:
        choice = {"index": 0, **fields, "logprobs": None, "finish_reason": chunks[-1].finish_reason}
        if self.logprobs:
            tokens = [token for chunk in chunks for token in chunk.logprobs]
            choice["logprobs"] = self.choice_format.format_logprobs(tokens, self._offset)
            self._offset += sum(len(token.token) for token in tokens)
        if self.token_ids:
            choice["token_ids"] = [token for chunk in chunks for token in chunk.token_ids]
        return choice


def to_usage(last: GeneratedChunk) -> dict[str, Any]:
    """The usage of a text whose last chunk is `last`."""
    return {
        "prompt_tokens": last.prompt_tokens,
        "completion_tokens": last.completion_tokens,
        "total_tokens": last.prompt_tokens + last.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": last.cached_tokens},
    }


def make_id(choice_format: ChoiceFormat) -> str:
    """A random id for one answer."""
    return f"{choice_format.id_prefix}{secrets.token_hex(12)}"


def _dump_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
