"""Origins over HTTP: whom a request goes to, and what stands for an answer that never came.

Source: Developer Guide, DownloadDistValuesOrigin.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Protocol

import httpx

from cloudfront_emulator.distribution import Origin
from cloudfront_emulator.errors import EmulatorInputRefused, OriginFailed
from cloudfront_emulator.faults import FaultSource, NoFaults
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.origins.attempts import retry_attempts
from cloudfront_emulator.origins.signature import Signer
from cloudfront_emulator.origins.wire import build_origin_request, read_origin_response
from cloudfront_emulator.response.pages import make_error_page

KEEPALIVE_S = 4.0  # seconds; below the 5 after which many servers close an idle connection


class OriginClient(Protocol):
    """Somebody who answers a forwarded request; failures come back as CloudFront's pages."""

    async def fetch(self, request: CdnRequest, origin: Origin) -> CdnResponse:
        """The origin's answer; `unanswered` when there was none."""
        ...


class HttpOriginClient:
    """Origins reached at `urls`, by the id or the domain name that the distribution gives them.

    `origins` are the distribution's: one whose domain an edge function has changed is found by
    that domain alone. `signer` makes true signatures for S3, where none is a fixed one that S3's
    emulators do not check. `transport` stands in for the network, `sleep` for waiting.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        *,
        origins: Mapping[str, Origin],
        faults: FaultSource | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        signer: Signer | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._urls = {name: _check_url(name, url) for name, url in urls.items()}
        self._origins = origins
        self._faults = faults or NoFaults()
        self._transport = transport or _make_transport()
        self._signer = signer
        self._sleep = sleep

    async def fetch(self, request: CdnRequest, origin: Origin) -> CdnResponse:
        """The origin's answer: 504 when it is too slow, 502 when it cannot be reached."""
        base = self._find_url(origin)
        if base is None:
            return _make_unanswered(502, _describe_unmapped(origin))
        try:
            fault_response = await self._apply_fault(request, origin)
            if fault_response is not None:
                return fault_response
            return await retry_attempts(
                origin, request, lambda: self._send_once(request, origin, base)
            )
        except OriginFailed as failure:
            return _make_unanswered(failure.status, f"origin {origin.id}: {failure}")

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    def _find_url(self, origin: Origin) -> str | None:
        described = self._origins.get(origin.id)
        if described is not None and described.domain_name == origin.domain_name:
            mapped = self._urls.get(origin.id)
            if mapped is not None:
                return mapped
        return self._urls.get(origin.domain_name)

    async def _apply_fault(self, request: CdnRequest, origin: Origin) -> CdnResponse | None:
        """What the fault switch makes of it; None to go on."""
        fault = self._faults.get_origin_fault(origin.id)
        if fault is None:
            return None
        if fault.kind == "down":
            raise OriginFailed(502, "down by the fault switch")
        if fault.kind == "status":
            headers = (("content-type", "text/plain"),)
            return CdnResponse(status=fault.status, headers=headers, reason="by the fault switch")
        if fault.seconds < origin.read_timeout:
            await self._sleep(fault.seconds)
            return None

        async def time_out() -> CdnResponse:
            await self._sleep(origin.read_timeout)
            raise httpx.ReadTimeout("slow by the fault switch")

        return await retry_attempts(origin, request, time_out)

    async def _send_once(self, request: CdnRequest, origin: Origin, base: str) -> CdnResponse:
        origin_request = build_origin_request(request, origin, base, signer=self._signer)
        return await read_origin_response(
            request.method, await self._transport.handle_async_request(origin_request)
        )


def _make_unanswered(status: int, reason: str) -> CdnResponse:
    return replace(make_error_page(status, reason), unanswered=True)


def _describe_unmapped(origin: Origin) -> str:
    domain = origin.domain_name
    return f"origin {origin.id}: {domain} is not mapped; start with --map {domain}=URL"


def _check_url(name: str, url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise EmulatorInputRefused(f"--map {name}={url}: {error}") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.query:
        raise EmulatorInputRefused(f"--map {name}={url}: the URL must be http://HOST[:PORT][/PATH]")
    return url.rstrip("/")


def _make_transport() -> httpx.AsyncBaseTransport:
    limits = httpx.Limits(
        max_connections=None, max_keepalive_connections=256, keepalive_expiry=KEEPALIVE_S
    )
    return httpx.AsyncHTTPTransport(limits=limits, trust_env=False)
