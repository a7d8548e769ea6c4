"""ModelServer: one endpoint of a model's server, whose answer is bounded in time and size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from edgefill.chat.failures import TRANSPORT_ERRORS, read_error_response, to_generation_error
from edgefill.core.errors import EngineTimeout, InvalidEngineOutput

CONNECT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """The endpoint at `url`, called `name` in errors; no error contains `key`, its bearer token.

    `key` is "" for a server without keys; `max_bytes` are those of an answer.
    """

    client: httpx.Client
    url: str
    name: str
    key: str
    max_bytes: int
    clock: Callable[[], float]

    def post(self, payload: dict[str, Any], *, deadline_s: float) -> bytes:
        """The body of a 200 within `deadline_s` seconds; GenerationError. It is sent once."""
        if deadline_s <= 0:
            raise EngineTimeout(f"no time is left to send a request to {self.name}")
        try:
            return self._post(payload, deadline_s)
        except TRANSPORT_ERRORS as error:
            raise to_generation_error(error, self.name) from error

    def _post(self, payload: dict[str, Any], deadline_s: float) -> bytes:
        end = self.clock() + deadline_s
        timeout = httpx.Timeout(deadline_s, connect=min(deadline_s, CONNECT_S))
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        with self.client.stream(
            "POST", self.url, json=payload, headers=headers, timeout=timeout
        ) as response:
            body = self._read(response, end)
        if response.status_code != httpx.codes.OK:
            after = response.headers.get("Retry-After")
            detail = body.decode(errors="replace").replace(self.key or "\0", "[key]")
            raise read_error_response(response.status_code, after, detail, self.name)
        return body

    def _read(self, response: httpx.Response, end: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self.max_bytes:
                raise InvalidEngineOutput(f"{self.name} sent more than {self.max_bytes:,} bytes")
            if self.clock() > end:
                raise EngineTimeout(f"{self.name} was still sending at the deadline")
        return bytes(body)
