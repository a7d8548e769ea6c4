"""HttpChat: asks any server with OpenAI's `POST /v1/chat/completions`, ours included.

platform.openai.com/docs/api-reference/chat/create; structured output by `response_format`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from edgefill.chat.chat import ChatOrder, ChatReply
from edgefill.chat.failures import hide_credentials
from edgefill.chat.model_server import ModelServer
from edgefill.core.errors import InvalidEngineOutput
from edgefill.core.strict_json import parse

# bytes of a response; an answer is a few kilobytes
MAX_BODY = 262_144
_PATH = "/v1/chat/completions"
# a usage beyond is not a count of tokens
_MAX_TOKENS = 1_000_000_000
_MALFORMED_ERRORS = (KeyError, IndexError, TypeError, ValueError, AttributeError)


class HttpChat:
    """A client of the server at `url`, with or without its `/v1`; each order is sent once.

    `key` is the bearer token, "" for a server without keys. No error contains it.
    """

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        *,
        key: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        endpoint = url.rstrip("/").removesuffix("/v1") + _PATH
        self._name = hide_credentials(endpoint)
        self._server = ModelServer(
            client=client,
            url=endpoint,
            name=self._name,
            key=key,
            max_bytes=MAX_BODY,
            clock=clock,
        )

    def ask(self, order: ChatOrder, *, deadline_s: float) -> ChatReply:
        """See ChatClient."""
        body = self._server.post(_order_to_json(order), deadline_s=deadline_s)
        try:
            return _parse_reply(parse(body.decode()), order.model)
        except _MALFORMED_ERRORS as error:
            raise InvalidEngineOutput(
                f"{self._name} answered without a message: {type(error).__name__}"
            ) from error


def _order_to_json(order: ChatOrder) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": order.prompt}],
        "temperature": 0,
        "max_tokens": order.max_tokens,
    }
    if order.model:
        body["model"] = order.model
    if order.schema:
        schema = {"name": order.name, "schema": dict(order.schema), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _parse_reply(data: Any, model: str) -> ChatReply:
    choice = data["choices"][0]
    text, name = choice["message"]["content"], data.get("model") or model
    if not isinstance(text, str) or not isinstance(name, str):
        raise TypeError("text and model are strings")
    return ChatReply(
        text=text,
        model=name,
        tokens=_read_tokens(data.get("usage") or {}),
        is_complete=choice.get("finish_reason") in ("stop", None),
    )


def _read_tokens(usage: dict[str, Any]) -> int:
    """The tokens of prompt and answer, 0 if the server does not say; ValueError."""
    tokens = usage.get("total_tokens") or 0
    if type(tokens) is not int or not 0 <= tokens <= _MAX_TOKENS:
        raise ValueError("the usage is not a count of tokens")
    return tokens
