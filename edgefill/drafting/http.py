"""HttpGenerator: templates from the GPU service over HTTP (`POST /v1/templates`)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import stamina

from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    InvalidEngineOutput,
)
from edgefill.drafting.failures import RAISED, failure_in, failure_of
from edgefill.drafting.generator import Draft, Order
from edgefill.drafting.wire import UNREADABLE, draft_from_json, order_to_json, rubbish

MAX_BODY = 1_048_576  # bytes of an answer; a template is a few kilobytes
CONNECT_S = 2.0


class HttpGenerator:
    """The GPU service at `url`, through a given client.

    In the batch lane a busy (429) or cold (503) service is asked again, `attempts` times in all, as
    long as the deadline allows and no sooner than its Retry-After; a visitor's order is asked once.
    """

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        *,
        attempts: int = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/v1/templates"
        self._attempts = attempts
        self._clock = clock

    def generate(self, order: Order, *, deadline_s: float) -> Draft:
        """A draft within `deadline_s` seconds, retries included; GenerationError."""
        end = self._clock() + deadline_s
        if order.lane == "interactive":
            return self._ask(order, end)
        retries = stamina.retry_context(
            on=lambda error: self._wait(error, end), attempts=self._attempts, timeout=deadline_s
        )
        for attempt in retries:
            with attempt:
                return self._ask(order, end)
        raise EngineUnavailable(f"{self._url} was never asked")  # pragma: no cover (stamina raises)

    def _ask(self, order: Order, end: float) -> Draft:
        began = self._clock()
        left = end - began
        if left <= 0:
            raise EngineTimeout(f"no time left to ask {self._url}")
        try:
            body = self._post(order_to_json(order, deadline_s=round(left, 3)), end)
        except RAISED as error:
            raise failure_of(error, self._url) from error
        return _draft(body, self._url, self._clock() - began)

    def _wait(self, error: Exception, end: float) -> bool | float:
        """Seconds to wait before asking again, False where that is pointless or too late."""
        if isinstance(error, EngineUnavailable) and not error.cold:
            return False
        if not isinstance(error, EngineBusy | EngineUnavailable):
            return False
        return float(error.retry_after) if self._clock() + error.retry_after < end else False

    def _post(self, wire: dict[str, Any], end: float) -> bytes:
        left = wire["deadline_s"]
        timeout = httpx.Timeout(left, connect=min(left, CONNECT_S))
        with self._client.stream("POST", self._url, json=wire, timeout=timeout) as answer:
            body = self._read(answer, end)
        if answer.status_code != httpx.codes.OK:
            after = answer.headers.get("Retry-After")
            detail = body.decode(errors="replace")
            raise failure_in(answer.status_code, after, detail, self._url)
        return body

    def _read(self, answer: httpx.Response, end: float) -> bytes:
        """The body, given up when it trickles past the deadline or never ends."""
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MAX_BODY:
                raise InvalidEngineOutput(f"{self._url} sent more than {MAX_BODY:,} bytes")
            if self._clock() > end:
                raise EngineTimeout(f"{self._url} was still sending at the deadline")
        return bytes(body)


def _draft(body: bytes, url: str, took: float) -> Draft:
    """The draft in a 200's body; InvalidEngineOutput when there is none."""
    try:
        said = json.loads(body)
    except UNREADABLE as error:
        raise rubbish(url, f"{type(error).__name__} at {error}") from error
    return draft_from_json(said, whose=url, seconds=took)
