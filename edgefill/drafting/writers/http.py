"""HttpGenerator: requests drafts from the GPU service over HTTP (`POST /v1/templates`)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx
import stamina

from edgefill.chat.failures import hide_credentials
from edgefill.chat.model_server import ModelServer
from edgefill.core.errors import (
    EngineBusy,
    EngineUnavailable,
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
        endpoint = f"{url.rstrip('/')}/v1/templates"
        self._name = hide_credentials(endpoint)
        self._server = ModelServer(
            client=client,
            url=endpoint,
            name=self._name,
            key=key,
            max_bytes=MAX_BODY,
            clock=clock,
        )
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
        time_left_s = round(end - began, 3)
        payload = order_to_json(order, deadline_s=time_left_s)
        body = self._server.post(payload, deadline_s=time_left_s)
        return _parse_draft(body, self._name, self._clock() - began)

    def _retry_delay(self, error: Exception, end: float) -> bool | float:
        """Return the seconds to wait before a retry; False if it is useless or too late."""
        if isinstance(error, EngineUnavailable) and not error.cold:
            return False
        if not isinstance(error, EngineBusy | EngineUnavailable):
            return False
        return float(error.retry_after) if self._clock() + error.retry_after < end else False


def _parse_draft(body: bytes, url: str, elapsed_s: float) -> Draft:
    """Parse the draft in the body of a 200; InvalidEngineOutput."""
    try:
        data = json.loads(body)
    except MALFORMED_ERRORS as error:
        raise build_invalid_output(url, f"{type(error).__name__} at {error}") from error
    return draft_from_json(data, origin=url, seconds=elapsed_s)
