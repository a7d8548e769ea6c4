"""Origins over HTTP: where a request goes, and the response to a failure.

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
from cloudfront_emulator.origins.transport import OriginTransport
from cloudfront_emulator.origins.wire import build_origin_request, read_origin_response
from cloudfront_emulator.response.pages import make_error_page


class OriginClient(Protocol):
    """Sends forwarded requests to origins; failures are returned as CloudFront's error pages."""

    async def fetch(self, request: CdnRequest, origin: Origin) -> CdnResponse:
        """The origin's response; `unanswered` if there was none."""
        ...


class HttpOriginClient:
    """Reaches origins at `urls`, which are keyed by the origin's id or domain name.

    `origins` are the distribution's. If an edge function changed an origin's domain, the URL is
    found by that domain only. `signer` makes valid signatures for S3; without it a constant one is
    sent, which S3 emulators do not check. `transport` and `sleep` replace network and time.
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
        self._transport = transport or OriginTransport()
        self._signer = signer
        self._sleep = sleep

    async def fetch(self, request: CdnRequest, origin: Origin) -> CdnResponse:
        """The origin's response: 504 if it is too slow, 502 if it cannot be reached."""
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
        """The response that a fault causes; None to send the request."""
        fault = self._faults.get_origin_fault(origin.id)
        if fault is None:
            return None
        if fault.kind == "down":
            raise OriginFailed(502, "the fault switch has taken the origin down")
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
    return f"origin {origin.id}: {domain} is not mapped; start the emulator with --map {domain}=URL"


def _check_url(name: str, url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise EmulatorInputRefused(f"--map {name}={url}: {error}") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.query:
        raise EmulatorInputRefused(f"--map {name}={url}: the URL must be http://HOST[:PORT][/PATH]")
    return url.rstrip("/")
