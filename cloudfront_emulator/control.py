"""The control port: the clock, faults and invalidations, for people and tests.

GET    /                        the state: clock, faults, objects per cache
POST   /clock                   {"advance": 60}
PUT    /faults/origin:api       {"kind": "down"}
DELETE /faults/origin:api       DELETE /faults for all of them
POST   /invalidations           {"paths": ["/t/*", "#tag"]}
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from cloudfront_emulator.app import App, Message, Receive, Send
from cloudfront_emulator.errors import ControlRefused, EmulatorError, FaultRefused
from cloudfront_emulator.faults import FaultSwitch, parse_fault


class AdjustableClock:
    """A clock in seconds since 1970: `base` plus every advance."""

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self.offset = 0.0

    def __call__(self) -> float:
        return self._base() + self.offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds`; ValueError for a negative number."""
        if not seconds >= 0:
            raise ValueError(f"the clock moves forward only, not by {seconds:g} seconds")
        self.offset += seconds


MAX_BODY_BYTES = 64 * 1024
MAX_ADVANCE_S = 10 * 365 * 86400
ROUTES = (
    "GET /, POST /clock, PUT /faults/TARGET, DELETE /faults/TARGET, DELETE /faults, "
    "POST /invalidations"
)


class ControlPort:
    """Carries out control requests.

    `invalidate` takes paths and tags and returns the number of removed objects. `counts` returns
    the state of each edge location.
    """

    def __init__(
        self,
        *,
        clock: AdjustableClock,
        faults: FaultSwitch,
        invalidate: Callable[[Sequence[str]], int],
        counts: Callable[[], Mapping[str, Any]] | None = None,
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._invalidate = invalidate
        self._counts = counts

    def to_json(self) -> dict[str, Any]:
        """The clock, the faults, and the counts of the edge locations if `counts` was given."""
        state: dict[str, Any] = {
            "clock": {"now": self._clock(), "offset": self._clock.offset},
            "faults": self._faults.to_json(),
        }
        return state if self._counts is None else state | {"locations": self._counts()}

    def handle(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        """Carry out a request and return the response's JSON; ControlRefused, FaultRefused."""
        match method, path.strip("/").split("/", 1):
            case "GET", [""]:
                return self.to_json()
            case "POST", ["clock"]:
                self._clock.advance(_read_advance(_parse_object(body)))
            case "POST", ["invalidations"]:
                return {"invalidated": self._invalidate_paths(_parse_object(body))}
            case "PUT", ["faults", target]:
                self._faults.parse_target(target)
                self._faults.set(target, parse_fault(target, _parse_object(body)))
            case "DELETE", ["faults", target]:
                self._faults.clear(target)
            case "DELETE", ["faults"]:
                self._faults.clear()
            case _:
                raise ControlRefused(
                    "path", f"unknown request {method} {path}; known: {ROUTES}", status=404
                )
        return self.to_json()

    def _invalidate_paths(self, data: Mapping[str, Any]) -> int:
        paths = data.get("paths")
        if not isinstance(paths, list) or not paths or any(not isinstance(p, str) for p in paths):
            raise ControlRefused("paths", 'must be a list of paths and tags: ["/t/*", "#tag"]')
        _refuse_other_fields(data, "paths")
        try:
            return self._invalidate(paths)
        except EmulatorError as error:
            raise ControlRefused("paths", str(error)) from error


def create_control_app(control: ControlPort) -> App:
    """`control` as an ASGI application, to be served on loopback.

    Requests with an Origin header are refused, so that web pages cannot use it.
    """

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            if any(name == b"origin" for name, _ in scope["headers"]):
                raise ControlRefused("origin", "requests from web pages are refused", status=403)
            path = unquote(scope["path"])
            status, kind = 200, "application/json"
            payload = control.handle(scope["method"], path, await _read_body(receive))
        except (ControlRefused, FaultRefused) as refused:
            status = getattr(refused, "status", 400)
            kind = "application/problem+json"
            payload = {"title": "Refused", "status": status, "detail": str(refused)}
            payload |= {"field": refused.field, "reason": refused.reason}
        body = json.dumps(payload, indent=2).encode() + b"\n"
        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY_BYTES:
            raise ControlRefused("body", f"must have at most {MAX_BODY_BYTES} bytes", status=413)
    return body


def _parse_object(body: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ControlRefused("body", "must be a JSON object")
    return data


def _read_advance(data: Mapping[str, Any]) -> float:
    _refuse_other_fields(data, "advance")
    match data.get("advance"):
        case int() | float() as seconds if seconds is not True and 0 <= seconds <= MAX_ADVANCE_S:
            return float(seconds)
    raise ControlRefused("advance", f"must be a number of seconds from 0 to {MAX_ADVANCE_S}")


def _refuse_other_fields(data: Mapping[str, Any], field: str) -> None:
    if extra := sorted(data.keys() - {field}):
        raise ControlRefused(extra[0], f"is not a field here; allowed: {field}")
