"""The origin-request function: an adapter from CloudFront's event to a visit and back.

A hit is answered here. A miss is the request itself, returned with its key, for CloudFront to send
on to the API. Whatever goes wrong on our side is a miss too: a visitor never sees it. When the API
fails, CloudFront asks here again, and the hand-written fallback is the answer.
"""

from __future__ import annotations

from time import perf_counter, time

from edgefill.core.answer import Answer
from edgefill.core.errors import RequestRefused, StoreError, StoreUnavailable
from edgefill.core.keys import Key
from edgefill.core.problem import problem
from edgefill.visit.answer_headers import delivered
from edgefill.visit.visit import visit
from lambdas.edge.config import bundled_config
from lambdas.edge.event import (
    Miss,
    api_failed,
    domain_of,
    fallback_store_of,
    forwarded,
    request_of,
    response_of,
)
from lambdas.edge.fetch import store_of
from lambdas.edge.log import describe_failure, print_line
from lambdas.edge.object_cache import Shelf
from lambdas.edge.overlay import Overlays
from lambdas.edge.page import Page
from lambdas.edge.page_request import read_inquiry
from lambdas.edge.profile import find_token, presentable
from lambdas.edge.releases import Releases
from lambdas.edge.resolve import Resolver
from lambdas.edge.stopwatch import Stopwatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.identity.trust import Trust
    from lambdas.edge.config import Config
    from lambdas.edge.event import Event, Request
    from lambdas.edge.fetch import Fetch
    from lambdas.edge.log import Log
    from lambdas.edge.question_handler import Asking

    Handler = Callable[[Event, object], Event]


def create_handler(
    config: Config,
    *,
    fetch: Fetch,
    clock: Callable[[], float] = time,
    tick: Callable[[], float] = perf_counter,
    log: Log = print_line,
) -> Handler:
    """A handler over a store.

    `clock` is the time of day that tokens expire by, `tick` a monotonic clock; both in seconds.
    """
    shelf = Shelf(
        fetch=fetch,
        tick=tick,
        log=log,
        capacity=config.cache_bytes,
        negative_ttl_s=config.negative_ttl_s,
    )
    releases = Releases(shelf, pointer_ttl_s=config.pointer_ttl_s)
    overlays = Overlays(shelf, ttl_s=config.overlay_ttl_s)
    resolver = Resolver(releases, overlays, log=log)

    def asking() -> Asking:
        from lambdas.edge.question_handler import Asking  # noqa: PLC0415 a third of the bundle, not for /p/

        return Asking(releases, resolver, overlays, log=log)

    desk = Desk(
        trust=config.trust, resolver=resolver, asking=asking, clock=clock, tick=tick, log=log
    )

    def handle(event: Event, _context: object = None) -> Event:
        request = request_of(event)
        outcome = desk.serve(request, alone=api_failed(event))
        if isinstance(outcome, Answer):
            return response_of(
                delivered(outcome, method=request.method, if_none_match=request.if_none_match)
            )
        return forwarded(event, miss=outcome, token=presentable(find_token(request)))

    return handle


def per_distribution(read_config: Callable[[], Config]) -> Handler:
    """A handler that configures itself on the first event, since only events name the CDN."""
    handlers: dict[str, Handler] = {}

    def handle(event: Event, context: object) -> Event:
        domain = domain_of(event)
        if domain not in handlers:
            config = read_config()
            fetch = store_of(config, domain, fallback_store_of(event))
            handlers[domain] = create_handler(config, fetch=fetch)
        return handlers[domain](event, context)

    return handle


class Desk:
    """Serves requests one after another; what is kept between them lies on the shelf."""

    def __init__(
        self,
        *,
        trust: Trust,
        resolver: Resolver,
        asking: Callable[[], Asking],
        clock: Callable[[], float],
        tick: Callable[[], float],
        log: Log,
    ) -> None:
        self._trust = trust
        self._resolver = resolver
        self._asking = asking
        self._clock = clock
        self._tick = tick
        self._log = log

    def serve(self, request: Request, *, alone: bool = False) -> Answer | Miss:
        """An answer, or what the API is told of the miss; an answer where there is no API."""
        outcome = self._tried(request)
        if isinstance(outcome, Answer) or not alone:
            return outcome
        fallback = outcome.page and outcome.page.fallback("api", Stopwatch(self._tick))
        error = StoreUnavailable("neither the store nor the API answers; ask again soon")
        return fallback or problem(error)

    def _tried(self, request: Request) -> Answer | Miss:
        try:
            return self._answer(request)
        except RequestRefused as refusal:
            return problem(refusal)
        except StoreError as error:
            self._log({"event": "no-pack", "error": type(error).__name__})
            return Miss()
        except Exception as error:  # a fault of ours: the API may do better
            self._log(describe_failure(error))
            return Miss()

    def _answer(self, request: Request) -> Answer | Miss:
        watch = Stopwatch(self._tick)
        inquiry = read_inquiry(request, trust=self._trust, now=self._clock())
        watch.lap("token")
        if inquiry.question is not None:
            return self._asking().answer(inquiry, inquiry.question, watch)
        pack = self._resolver.pack(inquiry)
        watch.lap("pack")
        asked = visit(pack.experience, query=inquiry.query, profile=inquiry.profile)
        watch.lap("values")
        key = Key(experience=inquiry.experience, locale=pack.locale, case=asked.case)
        page = Page(key=key, pack=pack, inquiry=inquiry, visit=asked)
        program = self._resolver.program(pack, key)
        watch.lap("key")
        answer = program and page.served(program, watch=watch, log=self._log)
        return answer or Miss(key=key, page=page)


handler = per_distribution(bundled_config)  # AWS Lambda's entry
