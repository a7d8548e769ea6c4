"""A whole network with a scripted origin and a clock that tests move."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cloudfront_emulator.cache.invalidation import parse_invalidation
from cloudfront_emulator.control import AdjustableClock
from cloudfront_emulator.distribution import (
    Behaviour,
    CachePolicy,
    DistributionConfig,
    FunctionAssociation,
    Origin,
    Trigger,
)
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers
from cloudfront_emulator.network import EdgeNetwork

NOON = 1_750_000_000.0
SITE = Origin(id="site", kind="custom", domain_name="site.example")
SPARE = Origin(id="spare", kind="custom", domain_name="spare.example")
KEEPING = CachePolicy(min_ttl=0, default_ttl=100, max_ttl=1000)
OFF = CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0)
HIT, MISS = "Hit from cloudfront", "Miss from cloudfront"
TURNS = 50  # turns of the event loop, more than code that does not wait needs

Answer = Callable[[CdnRequest, Origin], CdnResponse]


def make_headers(headers: dict[str, str]) -> Headers:
    """Headers from keywords; underscores become hyphens."""
    return tuple((name.replace("_", "-"), value) for name, value in headers.items())


def make_request(
    path: str = "/a", method: str = "GET", query: str = "", **headers: str
) -> CdnRequest:
    """A viewer's request."""
    return CdnRequest(method=method, path=path, query=query, headers=make_headers(headers))


def make_response(body: bytes = b"body", status: int = 200, **headers: str) -> CdnResponse:
    """An origin's response."""
    length = {} if "content_length" in headers else {"content_length": str(len(body))}
    return CdnResponse(status=status, headers=make_headers(headers | length), body=body)


def make_behaviour(
    path: str = "*", cache: CachePolicy = KEEPING, *triggers: Trigger, **fields: Any
) -> Behaviour:
    """A behaviour before `site`; the function of each of `triggers` is `Fn`."""
    functions = tuple(FunctionAssociation(trigger=each, function="Fn") for each in triggers)
    arguments: dict[str, Any] = {"origin": "site", "cache": cache, "functions": functions}
    return Behaviour(path=path, **arguments | fields)


class ScriptedOrigin:
    """An OriginClient: answers with `answer`, records requests, and waits while it is held."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _request, _origin: make_response()
        self.requests: list[CdnRequest] = []
        self.origins: list[str] = []
        self._open = asyncio.Event()
        self._open.set()

    async def fetch(self, request: CdnRequest, origin: Origin) -> CdnResponse:
        self.requests.append(request)
        self.origins.append(origin.id)
        answer = self.answer(request, origin)  # what it is when it is asked
        await self._open.wait()
        return answer

    def respond_with(self, *responses: CdnResponse) -> None:
        """Answer with these in turn, the last one again and again."""
        remaining = list(responses)
        self.answer = lambda _request, _origin: (
            remaining.pop(0) if len(remaining) > 1 else remaining[0]
        )

    def respond_by_path(self, **responses: CdnResponse) -> None:
        """Answer by path (without its slash and what follows a dot), 404 for others."""
        missing = make_response(b"origin's own", 404)
        self.answer = lambda viewer_request, _: responses.get(
            viewer_request.path[1:].partition(".")[0], missing
        )

    def hold(self) -> None:
        """Delay all responses until `release`."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()


class NetworkStage:
    """A network of `pops` edge locations, its origin and its clock, on a loop of its own."""

    def __init__(self, *behaviours: Behaviour, pops: int = 1, **fields: Any) -> None:
        self.clock = AdjustableClock(base=lambda: NOON)
        self.origin = ScriptedOrigin()
        self._runner = asyncio.Runner()
        distribution = DistributionConfig(
            id="D",
            domain_name="d.example",
            behaviours=behaviours or (make_behaviour(),),
            origins={"site": SITE, "spare": SPARE},
            **fields,
        )
        self._functions = EdgeFunctions(distribution)
        self.network = EdgeNetwork(
            distribution,
            functions=self._functions,
            origins=self.origin,
            clock=self.clock,
            pops=pops,
        )

    def get(self, path: str = "/a", method: str = "GET", **arguments: str) -> CdnResponse:
        """The response to one viewer."""
        return self.get_all(make_request(path, method, **arguments))[0]

    def get_results(self, *paths: str, **headers: str) -> list[str | None]:
        """X-Cache of one request for each path, one after the other."""
        return [self.get(path, **headers).header("x-cache") for path in paths]

    def get_all(self, *requests: CdnRequest) -> list[CdnResponse]:
        """The responses to viewers who ask at the same moment."""
        return [self.finish(task) for task in [self.start(each) for each in requests]]

    def start(self, viewer_request: CdnRequest) -> "asyncio.Task[CdnResponse]":
        """A viewer whose request is as far on its way as it gets by now."""

        async def start() -> asyncio.Task[CdnResponse]:
            return asyncio.ensure_future(self.network.answer(viewer_request))

        return self._runner.run(start())

    def finish(self, task: "asyncio.Task[CdnResponse]") -> CdnResponse:
        """The response to a started request, after all background work that can run."""

        async def finish() -> CdnResponse:
            return await asyncio.wait_for(task, 120)

        response = self._runner.run(finish())
        self.settle()
        return response

    def settle(self) -> None:
        """Let everything that waits for nothing happen."""

        async def settle() -> None:
            for _ in range(TURNS):
                await asyncio.sleep(0)

        self._runner.run(settle())

    def invalidate(self, *paths: str) -> int:
        return self.network.invalidate(parse_invalidation(paths))

    def close(self) -> None:
        self._runner.run(self._functions.close())
        self._runner.close()


@contextmanager
def open_stage(*behaviours: Behaviour, **fields: Any) -> Iterator[NetworkStage]:
    """A Stage that leaves nothing behind."""
    stage = NetworkStage(*behaviours, **fields)
    try:
        yield stage
    finally:
        stage.close()
