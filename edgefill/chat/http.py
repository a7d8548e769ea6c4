"""HttpChat: asks any server with OpenAI's `POST /v1/chat/completions`, ours included.

platform.openai.com/docs/api-reference/chat/create; structured output by `response_format`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from edgefill.chat.chat import ChatOrder, ChatReply
from edgefill.chat.failures import (
    TRANSPORT_ERRORS,
    hide_credentials,
    read_error_response,
    to_generation_error,
)
from edgefill.core.errors import EngineTimeout, InvalidEngineOutput
from edgefill.core.strict_json import parse

# bytes of a response; an answer is a few kilobytes
MAX_BODY = 262_144
CONNECT_S = 2.0
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
        self._client = client
        self._url = url.rstrip("/").removesuffix("/v1") + _PATH
        self._name = hide_credentials(self._url)
        self._key = key
        self._clock = clock

    def ask(self, order: ChatOrder, *, deadline_s: float) -> ChatReply:
        """See ChatClient."""
        if deadline_s <= 0:
            raise EngineTimeout(f"no time is left to send a request to {self._name}")
        try:
            body = self._send(order, deadline_s)
        except TRANSPORT_ERRORS as error:
            raise to_generation_error(error, self._name) from error
        try:
            return _parse_reply(parse(body.decode()), order.model)
        except _MALFORMED_ERRORS as error:
            raise InvalidEngineOutput(
                f"{self._name} answered without a message: {type(error).__name__}"
            ) from error

    def _send(self, order: ChatOrder, deadline_s: float) -> bytes:
        end = self._clock() + deadline_s
        timeout = httpx.Timeout(deadline_s, connect=min(deadline_s, CONNECT_S))
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        with self._client.stream(
            "POST", self._url, json=_order_to_json(order), headers=headers, timeout=timeout
        ) as response:
            body = self._read(response, end)
        if response.status_code != httpx.codes.OK:
            after = response.headers.get("Retry-After")
            detail = body.decode(errors="replace").replace(self._key or "\0", "[key]")
            raise read_error_response(response.status_code, after, detail, self._name)
        return body

    def _read(self, response: httpx.Response, end: float) -> bytes:
        """Read the body, but not beyond the deadline or MAX_BODY."""
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BODY:
                raise InvalidEngineOutput(f"{self._name} sent more than {MAX_BODY:,} bytes")
            if self._clock() > end:
                raise EngineTimeout(f"{self._name} was still sending at the deadline")
        return bytes(body)


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
