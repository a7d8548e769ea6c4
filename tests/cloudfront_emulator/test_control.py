"""The control port and its clock."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from cloudfront_emulator.control import AdjustableClock, ControlPort, create_control_app
from cloudfront_emulator.errors import EmulatorError
from cloudfront_emulator.faults import FaultSwitch, OriginFault


class ControlledEmulator:
    """What the control port steers."""

    def __init__(self) -> None:
        self.clock = AdjustableClock(lambda: 1000.0)
        self.faults = FaultSwitch(origins=["api"], functions=["Edge"])
        self.paths: list[str] = []
        self.app = create_control_app(
            ControlPort(
                clock=self.clock,
                faults=self.faults,
                invalidate=self.invalidate,
                counts=lambda: {"LOC1-P1": {"hits": 2}},
            )
        )

    def invalidate(self, paths: Sequence[str]) -> int:
        if "/a*b" in paths:
            raise EmulatorError("'/a*b': a wildcard may only be the last character")
        self.paths += paths
        return len(paths)

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                messages = {"content": body} if isinstance(body, bytes) else {"json": body}
                return await client.request(method, path, **messages, **options)

        return asyncio.run(send())


def test_the_state_is_returned() -> None:
    """Clock, faults and what each edge location counts."""
    cdn = ControlledEmulator()
    cdn.clock.advance(5)
    cdn.faults.set("origin:api", OriginFault(kind="down"))
    assert cdn.ask("GET", "/").json() == {
        "clock": {"now": 1005.0, "offset": 5.0},
        "faults": {"origin:api": {"kind": "down"}},
        "locations": {"LOC1-P1": {"hits": 2}},
    }


def test_the_clock_is_advanced() -> None:
    """By seconds, and again."""
    cdn = ControlledEmulator()
    cdn.ask("POST", "/clock", {"advance": 60})
    assert cdn.ask("POST", "/clock", {"advance": 0.5}).json()["clock"]["offset"] == 60.5
    assert cdn.clock() == 1060.5


def test_faults_are_switched_on_and_off() -> None:
    """One at a time, or all off at once."""
    cdn = ControlledEmulator()
    assert cdn.ask("PUT", "/faults/origin:api", {"kind": "slow", "seconds": 2}).status_code == 200
    assert cdn.ask("PUT", "/faults/function%3AEdge", {"kind": "cold"}).status_code == 200
    assert cdn.faults.get_origin_fault("api") == OriginFault(kind="slow", seconds=2)
    assert cdn.ask("DELETE", "/faults/origin:api").json()["faults"] == {
        "function:Edge": {"kind": "cold"}
    }
    assert cdn.ask("DELETE", "/faults").json()["faults"] == {}


def test_invalidations_are_passed_on() -> None:
    """The response has the number of removed objects."""
    cdn = ControlledEmulator()
    assert cdn.ask("POST", "/invalidations", {"paths": ["/t/*", "#x"]}).json() == {"invalidated": 2}
    assert cdn.paths == ["/t/*", "#x"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field", "says"),
    [
        ("POST", "/clock", None, 400, "body", "JSON object"),
        ("POST", "/clock", [60], 400, "body", "JSON object"),
        ("POST", "/clock", b"[" * 60_000, 400, "body", "JSON object"),
        ("POST", "/clock", {}, 400, "advance", "number of seconds"),
        ("POST", "/clock", {"advance": "60"}, 400, "advance", "number of seconds"),
        ("POST", "/clock", {"advance": True}, 400, "advance", "number of seconds"),
        ("POST", "/clock", {"advance": -1}, 400, "advance", "from 0"),
        ("POST", "/clock", {"advance": 1e99}, 400, "advance", "number of seconds"),
        ("POST", "/clock", {"advance": 1, "to": 2}, 400, "to", "allowed: advance"),
        ("PUT", "/faults/origin:apo", {"kind": "down"}, 400, "target", "origin:api"),
        ("PUT", "/faults/api", {"kind": "down"}, 400, "target", "origin:ID nor function:ID"),
        ("PUT", "/faults/origin:api", {"kind": "cold"}, 400, "kind", "down, slow, status"),
        ("DELETE", "/faults/function:Edgy", None, 400, "target", "function:Edge"),
        ("POST", "/invalidations", {"paths": "/t"}, 400, "paths", "list"),
        ("POST", "/invalidations", {"paths": []}, 400, "paths", "list"),
        ("POST", "/invalidations", {"paths": [1]}, 400, "paths", "list"),
        ("POST", "/invalidations", {"paths": ["/a*b"]}, 400, "paths", "wildcard"),
        ("GET", "/clock", None, 404, "path", "POST /clock"),
        ("POST", "/", {}, 404, "path", "GET /"),
        ("POST", "/clock", {"x": "y" * 70_000}, 413, "body", "65536"),
    ],
)
def test_a_refused_request_names_the_field_and_what_is_allowed(
    method: str, path: str, body: Any, status: int, field: str, says: str
) -> None:
    """RFC 9457 with field and reason in addition to the detail; nothing changes."""
    cdn = ControlledEmulator()
    answer = cdn.ask(method, path, body)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["field"]) == (status, status, field)
    assert says in problem["reason"]
    assert (cdn.clock.offset, cdn.faults.to_json(), cdn.paths) == (0, {}, [])


def test_web_pages_are_refused() -> None:
    """A page that a browser shows cannot steer the CDN behind it."""
    answer = ControlledEmulator().ask(
        "POST", "/clock", {"advance": 60}, headers={"origin": "http://evil.example"}
    )
    assert answer.status_code == 403


def test_the_clock_goes_on_from_where_it_was_advanced_to() -> None:
    """Time is the base's and all advances; it never runs back."""
    clock = AdjustableClock(lambda: 100.0)
    clock.advance(60)
    clock.advance(0.5)
    assert (clock(), clock.offset) == (160.5, 60.5)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(float("nan"))
