"""Runs a distribution's edge functions at the four triggers.

A failed function or an invalid result becomes CloudFront's error page (error_page.py).
Source: Developer Guide, lambda-cloudfront-trigger-events.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from cloudfront_emulator.distribution import (
    Behaviour,
    DistributionConfig,
    FunctionAssociation,
    Origin,
)
from cloudfront_emulator.errors import FunctionRefused
from cloudfront_emulator.faults import FaultSource, NoFaults
from cloudfront_emulator.functions.body import ExposedBody, read_exposed_body
from cloudfront_emulator.functions.error_page import answer_with_page
from cloudfront_emulator.functions.event import (
    EventContext,
    add_default_headers,
    make_event,
    serialize_request,
    serialize_response,
)
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
from cloudfront_emulator.functions.runner import make_runners
from cloudfront_emulator.message import CdnRequest, CdnResponse


class EdgeFunctions:
    """Runs every function that a behaviour of the distribution names.

    `python` is the interpreter, `environments` the maximum per function, and `libraries` are
    folders that functions may import from after their bundles (as from Lambda's own boto3).
    FunctionRefused names the function whose bundle cannot run.
    """

    def __init__(
        self,
        distribution: DistributionConfig,
        *,
        python: str = sys.executable,
        profile: LimitsProfile = "current",
        faults: FaultSource | None = None,
        environments: int = MAX_ENVIRONMENTS,
        libraries: tuple[Path, ...] = (),
    ) -> None:
        self._distribution, self._profile = distribution, profile
        self._unpacked = tempfile.TemporaryDirectory(prefix="cloudfront-functions-")
        try:
            self._runners = make_runners(
                distribution,
                folder=Path(self._unpacked.name),
                python=python,
                profile=profile,
                faults=faults or NoFaults(),
                environments=environments,
                libraries=libraries,
            )
        except FunctionRefused:
            self._unpacked.cleanup()
            raise

    @property
    def pids(self) -> frozenset[int]:
        """The ids of all functions' running processes."""
        return frozenset(pid for each in self._runners.values() for pid in each.pids)

    @answer_with_page
    async def run_viewer_request(
        self, behaviour: Behaviour, request: CdnRequest, ctx: EventContext
    ) -> CdnRequest | CdnResponse:
        """The request to look up, or a response to answer with, which is never cached."""
        if (association := behaviour.find_function("viewer-request")) is None:
            return request
        request, body = await self._read_body(association, request)
        result = await self._invoke(association, ctx, request=serialize_request(request, body=body))
        response = self._read_generated(association, result)
        return response or self._read_changed_request(association, result, request)

    @answer_with_page
    async def run_origin_request(
        self, behaviour: Behaviour, request: CdnRequest, origin: Origin, ctx: EventContext
    ) -> tuple[CdnRequest, Origin] | CdnResponse:
        """The request to send and its origin, or a response to cache in place of the origin's."""
        if (association := behaviour.find_function("origin-request")) is None:
            return request, origin
        request, body = await self._read_body(association, _add_origin_headers(request, origin))
        event_request = serialize_request(request, origin=origin, body=body)
        result = await self._invoke(association, ctx, request=event_request)
        if (response := self._read_generated(association, result)) is not None:
            return response
        changed_request = self._read_changed_request(association, result, request)
        changed_origin = parse_origin(
            result.get("origin"),
            before=origin,
            origins=self._distribution.origins,
            limits=self._find_limits(association),
            request_headers=changed_request.headers,
        )
        return changed_request, changed_origin

    @answer_with_page
    async def run_origin_response(
        self,
        behaviour: Behaviour,
        request: CdnRequest,
        origin: Origin,
        response: CdnResponse,
        ctx: EventContext,
    ) -> CdnResponse:
        """The response to cache; `request` was sent to `origin`."""
        if (association := behaviour.find_function("origin-response")) is None:
            return response
        event_request = serialize_request(_add_origin_headers(request, origin), origin=origin)
        event_response = serialize_response(response)
        result = await self._invoke(
            association, ctx, request=event_request, response=event_response
        )
        return read_origin_response(result, before=response, limits=self._find_limits(association))

    @answer_with_page
    async def run_viewer_response(
        self, behaviour: Behaviour, request: CdnRequest, response: CdnResponse, ctx: EventContext
    ) -> CdnResponse:
        """The response to answer with."""
        if (association := behaviour.find_function("viewer-response")) is None:
            return response
        event_request, event_response = serialize_request(request), serialize_response(response)
        result = await self._invoke(
            association, ctx, request=event_request, response=event_response
        )
        return read_viewer_response(result, before=response)

    async def close(self) -> None:
        """Stop all environments and wait until their processes have ended."""
        for runner in self._runners.values():
            await runner.close()
        self._unpacked.cleanup()

    def _read_generated(self, association: FunctionAssociation, result: Any) -> CdnResponse | None:
        """The response that a request trigger's function generated, if it generated one."""
        if not is_response(result):
            return None
        limits = self._find_limits(association)
        return read_generated(_request_trigger(association), result, limits)

    def _read_changed_request(
        self, association: FunctionAssociation, result: Any, request: CdnRequest
    ) -> CdnRequest:
        return read_request(
            _request_trigger(association),
            result,
            before=request,
            limits=self._find_limits(association),
            body_included=association.include_body,
        )

    def _find_limits(self, association: FunctionAssociation) -> TriggerLimits:
        return get_limits(self._profile, association.trigger)

    async def _read_body(
        self, association: FunctionAssociation, request: CdnRequest
    ) -> tuple[CdnRequest, ExposedBody | None]:
        """The request with its whole body, and the part of the body that the function sees."""
        if not association.include_body:
            return request, None
        body = await read_exposed_body(request.body, self._find_limits(association).body_bytes)
        return replace(request, body=body.body), body

    async def _invoke(
        self, association: FunctionAssociation, ctx: EventContext, **parts: Any
    ) -> Any:
        event = make_event(association.trigger, ctx, **parts)
        return await self._runners[association.function].invoke(event)


def _add_origin_headers(request: CdnRequest, origin: Origin) -> CdnRequest:
    return replace(request, headers=add_default_headers(request, origin))


def _request_trigger(association: FunctionAssociation) -> RequestTrigger:
    return "viewer-request" if association.trigger == "viewer-request" else "origin-request"
