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
from edgefill.core.problem import build_problem
from edgefill.visit.answer_headers import apply_method_and_conditions
from edgefill.visit.visit import resolve_visit
from lambdas.edge.config import load_bundled_config
from lambdas.edge.event import (
    EdgeMiss,
    forward_request,
    is_api_down,
    parse_request,
    read_domain,
    read_fallback_store,
    to_response,
)
from lambdas.edge.fetch import connect_store
from lambdas.edge.log import describe_failure, print_line
from lambdas.edge.object_cache import ObjectCache
from lambdas.edge.overlay import OverlayReader
from lambdas.edge.page import Page
from lambdas.edge.page_request import read_page_request
from lambdas.edge.profile import find_token, forwardable_token
from lambdas.edge.releases import ReleaseReader
from lambdas.edge.resolve import TemplateResolver
from lambdas.edge.stopwatch import Stopwatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.identity.trust import Trust
    from lambdas.edge.config import EdgeConfig
    from lambdas.edge.event import Event, OriginRequest
    from lambdas.edge.fetch import Fetch
    from lambdas.edge.log import Log
    from lambdas.edge.question_handler import QuestionHandler

    Handler = Callable[[Event, object], Event]


def create_handler(
    config: EdgeConfig,
    *,
    fetch: Fetch,
    clock: Callable[[], float] = time,
    tick: Callable[[], float] = perf_counter,
    log: Log = print_line,
) -> Handler:
    """A handler over a store.

    `clock` is the time of day that tokens expire by, `tick` a monotonic clock; both in seconds.
    """
    shelf = ObjectCache(
        fetch=fetch,
        tick=tick,
        log=log,
        capacity=config.cache_bytes,
        negative_ttl_s=config.negative_ttl_s,
    )
    releases = ReleaseReader(shelf, pointer_ttl_s=config.pointer_ttl_s)
    overlays = OverlayReader(shelf, ttl_s=config.overlay_ttl_s)
    resolver = TemplateResolver(releases, overlays, log=log)

    def asking() -> QuestionHandler:
        from lambdas.edge.question_handler import QuestionHandler  # noqa: PLC0415 a third of the bundle, not for /p/

        return QuestionHandler(releases, resolver, overlays, log=log)

    desk = EdgeApp(
        trust=config.trust, resolver=resolver, asking=asking, clock=clock, tick=tick, log=log
    )

    def handle(event: Event, _context: object = None) -> Event:
        request = parse_request(event)
        outcome = desk.serve(request, api_down=is_api_down(event))
        if isinstance(outcome, Answer):
            return to_response(
                apply_method_and_conditions(
                    outcome, method=request.method, if_none_match=request.if_none_match
                )
            )
        return forward_request(event, miss=outcome, token=forwardable_token(find_token(request)))

    return handle


def create_distribution_handler(read_config: Callable[[], EdgeConfig]) -> Handler:
    """A handler that configures itself on the first event, since only events name the CDN."""
    handlers: dict[str, Handler] = {}

    def handle(event: Event, context: object) -> Event:
        domain = read_domain(event)
        if domain not in handlers:
            config = read_config()
            fetch = connect_store(config, domain, read_fallback_store(event))
            handlers[domain] = create_handler(config, fetch=fetch)
        return handlers[domain](event, context)

    return handle


class EdgeApp:
    """Serves requests one after another; what is kept between them lies on the shelf."""

    def __init__(
        self,
        *,
        trust: Trust,
        resolver: TemplateResolver,
        asking: Callable[[], QuestionHandler],
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

    def serve(self, request: OriginRequest, *, api_down: bool = False) -> Answer | EdgeMiss:
        """An answer, or what the API is told of the miss; an answer where there is no API."""
        outcome = self._answer_or_miss(request)
        if isinstance(outcome, Answer) or not api_down:
            return outcome
        fallback = outcome.page and outcome.page.render_fallback("api", Stopwatch(self._tick))
        error = StoreUnavailable("neither the store nor the API answers; ask again soon")
        return fallback or build_problem(error)

    def _answer_or_miss(self, request: OriginRequest) -> Answer | EdgeMiss:
        try:
            return self._answer(request)
        except RequestRefused as refusal:
            return build_problem(refusal)
        except StoreError as error:
            self._log({"event": "no-pack", "error": type(error).__name__})
            return EdgeMiss()
        except Exception as error:  # a fault of ours: the API may do better
            self._log(describe_failure(error))
            return EdgeMiss()

    def _answer(self, request: OriginRequest) -> Answer | EdgeMiss:
        watch = Stopwatch(self._tick)
        inquiry = read_page_request(request, trust=self._trust, now=self._clock())
        watch.lap("token")
        if inquiry.question is not None:
            return self._asking().answer(inquiry, inquiry.question, watch)
        pack = self._resolver.find_pack(inquiry)
        watch.lap("pack")
        asked = resolve_visit(pack.experience, query=inquiry.query, profile=inquiry.profile)
        watch.lap("values")
        key = Key(experience=inquiry.experience, locale=pack.locale, case=asked.case)
        page = Page(key=key, pack=pack, request=inquiry, visit=asked)
        program = self._resolver.find_program(pack, key)
        watch.lap("key")
        answer = program and page.render_hit(program, watch=watch, log=self._log)
        return answer or EdgeMiss(key=key, page=page)


handler = create_distribution_handler(load_bundled_config)  # AWS Lambda's entry
