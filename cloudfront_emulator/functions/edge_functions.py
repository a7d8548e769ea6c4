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
from cloudfront_emulator.functions.body import ExposedBody, read_exposed_body
from cloudfront_emulator.functions.error_page import answer_with_page
from cloudfront_emulator.functions.event import (
    EventContext,
    add_default_headers,
    make_event,
    serialize_request,
    serialize_response,
)
from cloudfront_emulator.functions.faults import FunctionFaults, NoFaults
from cloudfront_emulator.functions.limits import LimitsProfile, TriggerLimits, get_limits
from cloudfront_emulator.functions.origin_event import parse_origin
from cloudfront_emulator.functions.pool import MAX_ENVIRONMENTS
from cloudfront_emulator.functions.result import (
    RequestTrigger,
    is_response,
    read_generated,
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
        environments: int = MAX_ENVIRONMENTS,
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

    @answer_with_page
    async def run_viewer_request(
        self, behaviour: Behaviour, request: CdnRequest, ctx: EventContext
    ) -> CdnRequest | CdnResponse:
        """The request to look up, or the response (never cached) to answer with."""
        if (found := behaviour.find_function("viewer-request")) is None:
            return request
        request, body = await self._read_body(found, request)
        result = await self._invoke(found, ctx, request=serialize_request(request, body=body))
        return self._read_generated(found, result) or self._read_changed_request(
            found, result, request
        )

    @answer_with_page
    async def run_origin_request(
        self, behaviour: Behaviour, request: CdnRequest, origin: Origin, ctx: EventContext
    ) -> tuple[CdnRequest, Origin] | CdnResponse:
        """The request to send and where to, or the response (cached) in its place."""
        if (found := behaviour.find_function("origin-request")) is None:
            return request, origin
        request, body = await self._read_body(found, _add_origin_headers(request, origin))
        written = serialize_request(request, origin=origin, body=body)
        result = await self._invoke(found, ctx, request=written)
        if (made := self._read_generated(found, result)) is not None:
            return made
        changed = self._read_changed_request(found, result, request)
        chosen = parse_origin(
            result.get("origin"),
            before=origin,
            origins=self._distribution.origins,
            limits=self._find_limits(found),
            request_headers=changed.headers,
        )
        return changed, chosen

    @answer_with_page
    async def run_origin_response(
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
        written = serialize_request(_add_origin_headers(request, origin), origin=origin)
        answer = serialize_response(response)
        result = await self._invoke(found, ctx, request=written, response=answer)
        return read_origin_response(result, before=response, limits=self._find_limits(found))

    @answer_with_page
    async def run_viewer_response(
        self, behaviour: Behaviour, request: CdnRequest, response: CdnResponse, ctx: EventContext
    ) -> CdnResponse:
        """The response to answer with."""
        if (found := behaviour.find_function("viewer-response")) is None:
            return response
        written, answer = serialize_request(request), serialize_response(response)
        result = await self._invoke(found, ctx, request=written, response=answer)
        return read_viewer_response(result, before=response)

    async def close(self) -> None:
        """Stop all environments and wait until their processes are gone."""
        await self._runners.close()

    def _read_generated(self, found: FunctionAssociation, result: Any) -> CdnResponse | None:
        """The response that a request trigger's function made, if it made one."""
        if not is_response(result):
            return None
        return read_generated(_request_trigger(found), result, self._find_limits(found))

    def _read_changed_request(
        self, found: FunctionAssociation, result: Any, sent: CdnRequest
    ) -> CdnRequest:
        return read_request(
            _request_trigger(found),
            result,
            before=sent,
            limits=self._find_limits(found),
            body_included=found.include_body,
        )

    def _find_limits(self, found: FunctionAssociation) -> TriggerLimits:
        return get_limits(self._profile, found.trigger)

    async def _read_body(
        self, found: FunctionAssociation, request: CdnRequest
    ) -> tuple[CdnRequest, ExposedBody | None]:
        """The request with its body unread, and what the function sees of the body."""
        if not found.include_body:
            return request, None
        body = await read_exposed_body(request.body, self._find_limits(found).body_bytes)
        return replace(request, body=body.body), body

    async def _invoke(self, found: FunctionAssociation, ctx: EventContext, **parts: Any) -> Any:
        event = make_event(found.trigger, ctx, **parts)
        return await self._runners.invoke(found.function, event)


def _add_origin_headers(request: CdnRequest, origin: Origin) -> CdnRequest:
    return replace(request, headers=add_default_headers(request, origin))


def _request_trigger(found: FunctionAssociation) -> RequestTrigger:
    return "viewer-request" if found.trigger == "viewer-request" else "origin-request"
