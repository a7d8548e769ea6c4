"""Answers: a text in OpenAI's shapes, whole or as the chunks of a stream."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gpu_service.engines.engine import TokenLogprob
from gpu_service.scheduling.generation import Step
from gpu_service.wire.openai import logprobs


class Style(Protocol):
    """How one route words a text."""

    prefix: str
    whole: str  # `object` of an answer
    chunk: str  # `object` of a chunk

    def said(self, text: str) -> dict[str, Any]:
        """A choice's text in an answer."""
        ...

    def piece(self, text: str, *, first: bool) -> dict[str, Any]:
        """A choice's text in a chunk."""
        ...

    def logprobs(self, tokens: Sequence[TokenLogprob], offset: int) -> dict[str, Any]:
        """The log probabilities of `tokens`; the text before them has `offset` characters."""
        ...


class ChatStyle:
    """POST /v1/chat/completions."""

    prefix, whole, chunk = "chatcmpl-", "chat.completion", "chat.completion.chunk"

    def said(self, text: str) -> dict[str, Any]:
        """A message of the assistant."""
        return {"message": {"role": "assistant", "content": text, "refusal": None}}

    def piece(self, text: str, *, first: bool) -> dict[str, Any]:
        """A delta; the first names the role."""
        role = {"role": "assistant"} if first else {}
        return {"delta": {**role, "content": text} if text or first else {}}

    def logprobs(self, tokens: Sequence[TokenLogprob], offset: int) -> dict[str, Any]:
        """As chats tell them."""
        return logprobs.of_chat(tokens)


class TextStyle:
    """POST /v1/completions."""

    prefix, whole, chunk = "cmpl-", "text_completion", "text_completion"

    def said(self, text: str) -> dict[str, Any]:
        """A bare text."""
        return {"text": text}

    def piece(self, text: str, *, first: bool) -> dict[str, Any]:
        """A bare text."""
        return {"text": text}

    def logprobs(self, tokens: Sequence[TokenLogprob], offset: int) -> dict[str, Any]:
        """As completions tell them."""
        return logprobs.of_text(tokens, offset)


@dataclass(slots=True, kw_only=True)
class Answer:
    """One answer in the making."""

    style: Style
    model: str
    created: int  # seconds since 1970
    id: str
    include_usage: bool = False
    logprobs: bool = False
    token_ids: bool = False
    _offset: int = 0
    _begun: bool = False

    def body(self, steps: Sequence[Step]) -> dict[str, Any]:
        """The whole answer."""
        said = self.style.said("".join(step.text for step in steps))
        return {
            **self._head(self.style.whole),
            "choices": [self._choice(said, steps)],
            "usage": usage(steps[-1]),
        }

    def chunks(self, step: Step) -> list[str]:
        """The chunks that tell of `step`, as JSON."""
        told = step.text or step.finish_reason or (self.token_ids and step.token_ids)
        if not (told or (self.logprobs and step.logprobs)):
            return []
        piece = self.style.piece(step.text, first=not self._begun)
        self._begun = True
        chunk = {**self._head(self.style.chunk), "choices": [self._choice(piece, [step])]}
        if not self.include_usage:
            return [_json(chunk)]
        ending = {**self._head(self.style.chunk), "choices": [], "usage": usage(step)}
        return [
            _json(chunk | {"usage": None}),
            *[_json(ending) for _ in range(bool(step.finish_reason))],
        ]

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _choice(self, said: dict[str, Any], steps: Sequence[Step]) -> dict[str, Any]:
        choice = {"index": 0, **said, "logprobs": None, "finish_reason": steps[-1].finish_reason}
        if self.logprobs:
            tokens = [token for step in steps for token in step.logprobs]
            choice["logprobs"] = self.style.logprobs(tokens, self._offset)
            self._offset += sum(len(token.token) for token in tokens)
        if self.token_ids:
            choice["token_ids"] = [token for step in steps for token in step.token_ids]
        return choice


def usage(last: Step) -> dict[str, Any]:
    """What a text cost."""
    return {
        "prompt_tokens": last.prompt_tokens,
        "completion_tokens": last.completion_tokens,
        "total_tokens": last.prompt_tokens + last.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": last.cached_tokens},
    }


def new_id(style: Style) -> str:
    """A name for one answer."""
    return f"{style.prefix}{secrets.token_hex(12)}"


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
