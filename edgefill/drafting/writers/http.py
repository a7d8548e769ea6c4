"""HttpGenerator: requests drafts from the GPU service over HTTP (`POST /v1/templates`)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import stamina

from edgefill.chat.failures import (
    TRANSPORT_ERRORS,
    hide_credentials,
    read_error_response,
    to_generation_error,
)
from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    InvalidEngineOutput,
)
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.drafting.writers.wire import (
    MALFORMED_ERRORS,
    build_invalid_output,
    draft_from_json,
    order_to_json,
)

# Bytes of a response; a template is a few kilobytes.
MAX_BODY = 1_048_576
CONNECT_S = 2.0


class HttpGenerator:
    """A client of the GPU service at `url`, with its API key if it needs one.

    An order of the batch lane is sent up to `attempts` times while the service is busy (429) or
    cold (503), not before its Retry-After and within the deadline. A visitor's order is sent once.
    """

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        *,
        key: str = "",
        attempts: int = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/v1/templates"
        self._name = hide_credentials(self._url)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._attempts = attempts
        self._clock = clock

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """Return a draft within `deadline_s` seconds, retries included; GenerationError."""
        end = self._clock() + deadline_s
        if order.lane == "interactive":
            return self._request_draft(order, end)
        retries = stamina.retry_context(
            on=lambda error: self._retry_delay(error, end),
            attempts=self._attempts,
            timeout=deadline_s,
        )
        for attempt in retries:
            with attempt:
                return self._request_draft(order, end)
        # stamina re-raises the last error, so this line is never reached.
        raise EngineUnavailable(f"{self._name} got no request")  # pragma: no cover

    def _request_draft(self, order: GenerationOrder, end: float) -> Draft:
        began = self._clock()
        time_left_s = end - began
        if time_left_s <= 0:
            raise EngineTimeout(f"no time is left to send a request to {self._name}")
        try:
            body = self._send(order_to_json(order, deadline_s=round(time_left_s, 3)), end)
        except TRANSPORT_ERRORS as error:
            raise to_generation_error(error, self._name) from error
        return _parse_draft(body, self._name, self._clock() - began)

    def _retry_delay(self, error: Exception, end: float) -> bool | float:
        """Return the seconds to wait before a retry; False if it is useless or too late."""
        if isinstance(error, EngineUnavailable) and not error.cold:
            return False
        if not isinstance(error, EngineBusy | EngineUnavailable):
            return False
        return float(error.retry_after) if self._clock() + error.retry_after < end else False

    def _send(self, payload: dict[str, Any], end: float) -> bytes:
        time_left_s = payload["deadline_s"]
        timeout = httpx.Timeout(time_left_s, connect=min(time_left_s, CONNECT_S))
        with self._client.stream(
            "POST", self._url, json=payload, timeout=timeout, headers=self._headers
        ) as response:
            body = self._read(response, end)
        if response.status_code != httpx.codes.OK:
            after = response.headers.get("Retry-After")
            detail = body.decode(errors="replace")
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


def _parse_draft(body: bytes, url: str, elapsed_s: float) -> Draft:
    """Parse the draft in the body of a 200; InvalidEngineOutput."""
    try:
        data = json.loads(body)
    except MALFORMED_ERRORS as error:
        raise build_invalid_output(url, f"{type(error).__name__} at {error}") from error
    return draft_from_json(data, origin=url, seconds=elapsed_s)
