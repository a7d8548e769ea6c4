"""The edge functions of a distribution, called at the four triggers.

Whatever goes wrong in a function is CloudFront's page (paged.py). Source: Developer Guide,
lambda-cloudfront-trigger-events.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from cloudfront_emulator.distribution.behaviour import Behaviour, FunctionAssociation
from cloudfront_emulator.distribution.distribution import DistributionConfig
from cloudfront_emulator.distribution.origin import Origin
from cloudfront_emulator.functions.body import ExposedBody, expose
from cloudfront_emulator.functions.error_page import paged
from cloudfront_emulator.functions.event import (
    EventContext,
    event_of,
    request_to_event,
    response_to_event,
    with_cloudfront_headers,
)
from cloudfront_emulator.functions.faults import FunctionFaults, NoFaults
from cloudfront_emulator.functions.limits import LimitsProfile, TriggerLimits, limits_for
from cloudfront_emulator.functions.origin_event import origin_from_event
from cloudfront_emulator.functions.pool import LIMIT
from cloudfront_emulator.functions.result import (
    RequestTrigger,
    generated,
    is_response,
    read_origin_response,
    read_request,
    read_viewer_response,
)
from cloudfront_emulator.functions.runners import Runners
from cloudfront_emulator.message import CdnRequest, CdnResponse


class EdgeFunctions:
    """Runs every function that a behaviour of the distribution names.

    `python` is the interpreter, `environments` the most that one function has at a time,
    `libraries` are folders that functions may import from beside their bundles (as from Lambda's
    own boto3). FunctionRefused, naming the function, for a bundle that cannot be run.
    """

    def __init__(
        self,
        distribution: DistributionConfig,
        *,
        python: str = sys.executable,
        profile: LimitsProfile = "current",
        faults: FunctionFaults | None = None,
        environments: int = LIMIT,
        libraries: tuple[Path, ...] = (),
    ) -> None:
        self._distribution, self._profile = distribution, profile
        self._runners = Runners(
            distribution,
            python=python,
            profile=profile,
            faults=faults or NoFaults(),
            environments=environments,
            libraries=libraries,
        )

    @property
    def pids(self) -> frozenset[int]:
        """The processes of all functions."""
        return self._runners.pids

    @paged
    async def viewer_request(
        self, behaviour: Behaviour, request: CdnRequest, ctx: EventContext
    ) -> CdnRequest | CdnResponse:
        """The request to look up, or the response (never cached) to answer with."""
        if (found := behaviour.find_function("viewer-request")) is None:
            return request
        request, body = await self._with_body(found, request)
        result = await self._invoke(found, ctx, request=request_to_event(request, body=body))
        return self._made(found, result) or self._changed(found, result, request)

    @paged
    async def origin_request(
        self, behaviour: Behaviour, request: CdnRequest, origin: Origin, ctx: EventContext
    ) -> tuple[CdnRequest, Origin] | CdnResponse:
        """The request to send and where to, or the response (cached) in its place."""
        if (found := behaviour.find_function("origin-request")) is None:
            return request, origin
        request, body = await self._with_body(found, _for_origin(request, origin))
        written = request_to_event(request, origin=origin, body=body)
        result = await self._invoke(found, ctx, request=written)
        if (made := self._made(found, result)) is not None:
            return made
        changed = self._changed(found, result, request)
        chosen = origin_from_event(
            result.get("origin"),
            before=origin,
            origins=self._distribution.origins,
            limits=self._limits(found),
            request_headers=changed.headers,
        )
        return changed, chosen

    @paged
    async def origin_response(
        self,
        behaviour: Behaviour,
        request: CdnRequest,
        origin: Origin,
        response: CdnResponse,
        ctx: EventContext,
    ) -> CdnResponse:
        """The response to cache; `request` and `origin` are those that were asked."""
        if (found := behaviour.find_function("origin-response")) is None:
            return response
        written = request_to_event(_for_origin(request, origin), origin=origin)
        answer = response_to_event(response)
        result = await self._invoke(found, ctx, request=written, response=answer)
        return read_origin_response(result, given=response, limits=self._limits(found))

    @paged
    async def viewer_response(
        self, behaviour: Behaviour, request: CdnRequest, response: CdnResponse, ctx: EventContext
    ) -> CdnResponse:
        """The response to answer with."""
        if (found := behaviour.find_function("viewer-response")) is None:
            return response
        written, answer = request_to_event(request), response_to_event(response)
        result = await self._invoke(found, ctx, request=written, response=answer)
        return read_viewer_response(result, given=response)

    async def close(self) -> None:
        """Stop all environments and wait until their processes are gone."""
        await self._runners.close()

    def _made(self, found: FunctionAssociation, result: Any) -> CdnResponse | None:
        """The response that a request trigger's function made, if it made one."""
        if not is_response(result):
            return None
        return generated(_request_trigger(found), result, self._limits(found))

    def _changed(self, found: FunctionAssociation, result: Any, sent: CdnRequest) -> CdnRequest:
        return read_request(
            _request_trigger(found),
            result,
            sent=sent,
            limits=self._limits(found),
            included=found.include_body,
        )

    def _limits(self, found: FunctionAssociation) -> TriggerLimits:
        return limits_for(self._profile, found.trigger)

    async def _with_body(
        self, found: FunctionAssociation, request: CdnRequest
    ) -> tuple[CdnRequest, ExposedBody | None]:
        """The request with its body unread, and what the function sees of the body."""
        if not found.include_body:
            return request, None
        body = await expose(request.body, self._limits(found).body_bytes)
        return replace(request, body=body.whole), body

    async def _invoke(self, found: FunctionAssociation, ctx: EventContext, **parts: Any) -> Any:
        event = event_of(found.trigger, ctx, **parts)
        return await self._runners.invoke(found.function, event)


def _for_origin(request: CdnRequest, origin: Origin) -> CdnRequest:
    return replace(request, headers=with_cloudfront_headers(request, origin))


def _request_trigger(found: FunctionAssociation) -> RequestTrigger:
    return "viewer-request" if found.trigger == "viewer-request" else "origin-request"
