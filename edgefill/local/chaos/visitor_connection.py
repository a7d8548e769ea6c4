"""VisitorConnection: one visitor's persistent connection to the CDN, and what it gets."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from edgefill.local.chaos.request_mix import ChaosRequest
from edgefill.local.services.identity import DevVisitor

TIMEOUT_S = 30.0
TokenSource = Callable[[DevVisitor], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosAnswer:
    """The answer to one request; `status` 0: the connection was refused, reset or timed out.

    Times are monotonic seconds. `error` names the exception of a connection without an answer.
    """

    request: ChaosRequest
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    began: float
    ended: float
    error: str = ""

    @property
    def outcome(self) -> str:
        """hit, clarify, miss or fallback; "" when the answer has none."""
        return self.headers.get("x-edgefill", "").partition(";")[0]

    def read_fact(self, name: str) -> str:
        """A fact of `X-Edgefill`, such as `template` or `reason`; "" without it."""
        parts = self.headers.get("x-edgefill", "").split("; ")[1:]
        return dict(part.partition("=")[::2] for part in parts).get(name, "")


class VisitorConnection:
    """Sends one request at a time; a connection that fails is opened again for the next one."""

    def __init__(self, base_url: str, tokens: TokenSource, *, timeout_s: float = TIMEOUT_S) -> None:
        self._tokens = tokens
        self._http = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=timeout_s)

    def send(self, request: ChaosRequest) -> ChaosAnswer:
        """The answer, also when the connection failed."""
        headers = {"User-Agent": "edgefill-chaos", **request.headers}
        if request.visitor is not None:
            headers["Cookie"] = f"edgefill_profile={self._tokens(request.visitor)}"
        began = time.monotonic()
        try:
            self._http.request(request.method, request.path, headers=headers)
            response = self._http.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            return ChaosAnswer(
                request=request,
                status=0,
                began=began,
                ended=time.monotonic(),
                error=type(error).__name__,
            )
        return ChaosAnswer(
            request=request,
            status=response.status,
            headers={name.lower(): value for name, value in response.getheaders()},
            text=text,
            began=began,
            ended=time.monotonic(),
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def send_once(base_url: str, tokens: TokenSource, request: ChaosRequest) -> ChaosAnswer:
    """The answer to one request over a connection of its own."""
    connection = VisitorConnection(base_url, tokens)
    try:
        return connection.send(request)
    finally:
        connection.close()
