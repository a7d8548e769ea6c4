"""The origin-request function: an adapter from CloudFront's event to `EdgeApp` and back.

A hit is answered here. A miss returns the request with its key, and CloudFront sends it to the API.
A failure of the store or of this code is a miss too, so a visitor never sees it. When the API
fails, CloudFront invokes this function again, and the hand-written fallback is the answer.
"""

from __future__ import annotations

from time import perf_counter, time

from edgefill.core.answer import Answer
from edgefill.core.value import replace
from edgefill.visit.answer_headers import apply_method_and_conditions
from lambdas.edge.app import EdgeApp
from lambdas.edge.config import load_bundled_config
from lambdas.edge.event import (
    forward_request,
    is_api_down,
    parse_request,
    read_domain,
    read_fallback_store,
    read_question_key,
    to_response,
)
from lambdas.edge.fetch import connect_store
from lambdas.edge.object_cache import ObjectCache
from lambdas.edge.overlay import OverlayReader
from lambdas.edge.releases import ReleaseReader
from lambdas.edge.telemetry import print_line
from lambdas.edge.template_resolver import TemplateResolver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.edge.config import EdgeConfig
    from lambdas.edge.event import Event
    from lambdas.edge.fetch import Fetch
    from lambdas.edge.question_handler import QuestionHandler
    from lambdas.edge.telemetry import Log

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

    `clock` is seconds since the epoch, by which tokens expire; `tick` is a monotonic clock in
    seconds.
    """
    if config.trust.skipped:
        log({"event": "keys-skipped", "keys": config.trust.skipped})
    cache = ObjectCache(
        fetch=fetch,
        tick=tick,
        log=log,
        capacity=config.cache_bytes,
        negative_ttl_s=config.negative_ttl_s,
    )
    releases = ReleaseReader(cache, pointer_ttl_s=config.pointer_ttl_s)
    overlays = OverlayReader(cache, ttl_s=config.overlay_ttl_s)
    resolver = TemplateResolver(releases, overlays, log=log)

    def make_question_handler() -> QuestionHandler:
        # A third of the bundle, which requests for /p/ do not need.
        from lambdas.edge.question_handler import QuestionHandler  # noqa: PLC0415

        return QuestionHandler(
            releases, resolver, overlays, question_key=config.question_key, log=log
        )

    app = EdgeApp(
        trust=config.trust,
        resolver=resolver,
        make_question_handler=make_question_handler,
        clock=clock,
        tick=tick,
        log=log,
    )

    def handle(event: Event, _context: object = None) -> Event:
        request = parse_request(event)
        outcome = app.serve(request, api_down=is_api_down(event))
        if isinstance(outcome, Answer):
            return to_response(
                apply_method_and_conditions(
                    outcome, method=request.method, if_none_match=request.if_none_match
                )
            )
        return forward_request(event, outcome.to_headers(request.tokens))

    return handle


def create_distribution_handler(read_config: Callable[[], EdgeConfig]) -> Handler:
    """A handler that is configured by the first event, since only events name the distribution."""
    handlers: dict[str, Handler] = {}

    def handle(event: Event, context: object) -> Event:
        domain = read_domain(event)
        if domain not in handlers:
            config = read_config()
            if not config.question_key:
                config = replace(config, question_key=read_question_key(event))
            fetch = connect_store(config, domain, read_fallback_store(event))
            handlers[domain] = create_handler(config, fetch=fetch)
        return handlers[domain](event, context)

    return handle


handler = create_distribution_handler(load_bundled_config)  # AWS Lambda's entry
