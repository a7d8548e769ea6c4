"""Origins: where a miss goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import httpx

from local.cdn.description import OriginConfig
from local.cdn.event import with_cloudfront_headers
from local.cdn.message import HOP_BY_HOP, Request, Response, error_page, without

# What OAC's signature looks like to an origin that does not check it, as moto does not.
SIGNATURE = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, Signature=local"


class Origin(Protocol):
    """Somebody who answers a forwarded request; failures come back as CloudFront's pages."""

    async def fetch(self, request: Request) -> Response:
        """The origin's answer."""
        ...


class HttpOrigin:
    """An origin reached by HTTP at `url`, whatever its name in the distribution."""

    def __init__(self, config: OriginConfig, *, url: str, client: httpx.AsyncClient) -> None:
        self._config = config
        self._url = url.rstrip("/") + config.path
        self._client = client

    async def fetch(self, request: Request) -> Response:
        """The origin's answer; 504 when it is too slow, 502 when it cannot be reached."""
        query = f"?{request.query}" if request.query else ""
        try:
            answer = await self._client.request(
                request.method,
                f"{self._url}{request.path}{query}",
                headers=self._headers(request),
                timeout=self._config.read_timeout,
            )
        except httpx.TimeoutException:
            return error_page(504, f"origin {self._config.domain_name}: no answer in time")
        except httpx.HTTPError as error:
            return error_page(502, f"origin {self._config.domain_name}: {type(error).__name__}")
        return _response(answer)

    def _headers(self, request: Request) -> list[tuple[str, str]]:
        sent = without(with_cloudfront_headers(request, self._config), {*HOP_BY_HOP, "host"})
        own = tuple((name.lower(), value) for name, value in self._config.headers.items())
        if self._config.oac:  # CloudFront's signature takes the place of the viewer's header
            sent, own = without(sent, {"authorization"}), (*own, ("authorization", SIGNATURE))
        return [("accept-encoding", "identity"), *without(sent, {"accept-encoding"}), *own]


class ScriptedOrigin:
    """An origin that answers by a function and remembers what it was asked."""

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self.asked: list[Request] = []
        self._answer = answer

    async def fetch(self, request: Request) -> Response:
        """What the function says."""
        self.asked.append(request)
        return self._answer(request)


def _response(answer: httpx.Response) -> Response:
    headers = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
    return Response(
        status=answer.status_code,
        headers=without(headers, {*HOP_BY_HOP, "content-length"}),
        body=answer.content,
    )
