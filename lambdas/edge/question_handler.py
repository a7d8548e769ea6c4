"""Answer a free question from a template, ask the visitor which one is meant, or pass on a miss.

partition -> router -> hit, clarification or miss. A question that a model answered before is a hit
of the overlay, by the question's digest, unless that answer is denied.
"""

from __future__ import annotations

from edgefill.core.answer import Answer
from edgefill.core.cases import make_question_case
from edgefill.core.errors import UnknownExperience
from edgefill.core.value import value
from edgefill.routing.question import key_digest, read_question
from edgefill.routing.route import RoutingDecision, describe_route, format_route_header
from edgefill.template.escape import escape_html
from edgefill.visit.answer_headers import build_answer_headers, outcome_header
from edgefill.visit.resolve import resolve_locale, resolve_visit
from lambdas.edge.page import EdgeMiss, Page
from lambdas.edge.releases import select_channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from edgefill.packs.pointer import Channel
    from edgefill.routing.question import Question
    from edgefill.routing.router import Router
    from edgefill.routing.routing_config import RoutingConfig
    from edgefill.template.program import Program
    from edgefill.visit.page_request import PageRequest
    from lambdas.edge.overlay import OverlayReader
    from lambdas.edge.releases import ReleaseReader
    from lambdas.edge.telemetry import Log, Stopwatch
    from lambdas.edge.template_resolver import TemplateResolver

UNROUTED = RoutingDecision(verdict="miss", reason="no-router")


@value
class QuestionRequest:
    """A free question, with the channel, the routing and the locale that answer it."""

    page_request: PageRequest
    question: Question
    channel: Channel
    routing: RoutingConfig
    locale: str
    watch: Stopwatch


class QuestionHandler:
    """Answers free questions; state shared between requests lives in the object cache."""

    def __init__(
        self,
        releases: ReleaseReader,
        resolver: TemplateResolver,
        overlays: OverlayReader,
        *,
        question_key: str,
        log: Log,
    ) -> None:
        """`question_key` is secret (EdgeConfig)."""
        self._releases = releases
        self._resolver = resolver
        self._overlays = overlays
        self._question_key = question_key
        self._log = log

    def answer(self, page_request: PageRequest, raw: str, watch: Stopwatch) -> Answer | EdgeMiss:
        """Answer the question `raw` as it was sent; BadQuery, UnknownExperience, StoreError."""
        request = self._resolve(page_request, raw, watch)
        router = self._find_router(request)
        route = UNROUTED
        if router is not None:
            denials = {request.question.digest: self._read_denied(request)}
            route = router.route(request.question, denials)
        watch.lap("route")
        if route.experience in request.channel.experiences:
            return self._answer_from_release(request, route)
        heading = request.routing.clarify.get(request.locale)
        if router is not None and heading and route.verdict == "clarify":
            return render_clarification(
                route,
                labels=router.labels,
                heading=heading,
                locale=request.locale,
                release=request.channel.release,
                timing=watch.laps,
            )
        return self._answer_from_overlay(request, route)

    def _resolve(self, page_request: PageRequest, raw: str, watch: Stopwatch) -> QuestionRequest:
        question = read_question(raw)
        pointer = self._releases.read_pointer()
        claims = page_request.profile.claims
        channel = select_channel(pointer, claims.subject if claims else None)
        if channel.routing is None:
            raise UnknownExperience("no free questions are answered here; ask for /p/<experience>")
        locales = channel.experiences[channel.routing.answer]
        return QuestionRequest(
            page_request=page_request,
            question=question,
            channel=channel,
            routing=channel.routing,
            locale=resolve_locale(page_request, locales, pointer),
            watch=watch,
        )

    def _find_router(self, request: QuestionRequest) -> Router | None:
        """The router of the visitor's partition, never that of another; None without one."""
        claims = request.page_request.profile.claims
        partition = str(request.routing.select_partition(claims, request.locale))
        if partition not in request.routing.partitions:
            return None
        return self._releases.read_router(request.channel, partition)

    def _answer_from_release(
        self, request: QuestionRequest, route: RoutingDecision
    ) -> Answer | EdgeMiss:
        """Answer from the experience's template for the visitor's case, as `/p/` does."""
        page = self._build_page(request, str(route.experience), describe_route(route))
        program = self._resolver.find_program(page.pack, page.visit.key)
        return self._render_or_miss(request, page, program, route)

    def _answer_from_overlay(
        self, request: QuestionRequest, route: RoutingDecision
    ) -> Answer | EdgeMiss:
        """Answer from what an earlier miss stored for this very question, else a miss."""
        case = make_question_case(self._key_digest(request))
        page = self._build_page(request, request.routing.answer, {"reviewed": "false"}, case=case)
        key = page.visit.key
        if self._is_denied(request):
            fallback = page.render_fallback("denied", request.watch)
            return fallback or EdgeMiss(key=key, route=format_route_header(route), page=page)
        program = self._overlays.find_program(key, page.pack.experience.version)
        return self._render_or_miss(request, page, program, route)

    def _is_denied(self, request: QuestionRequest) -> bool:
        """Whether the model's answer to this question has been denied."""
        return request.routing.answer in self._read_denied(request)

    def _read_denied(self, request: QuestionRequest) -> frozenset[str]:
        """The experiences that this question must not lead to; StoreError."""
        return self._releases.read_denials().get(self._key_digest(request), frozenset())

    def _key_digest(self, request: QuestionRequest) -> str:
        return key_digest(self._question_key, request.question.digest)

    def _build_page(
        self,
        request: QuestionRequest,
        experience: str,
        outcome_fields: dict[str, object],
        *,
        case: str | None = None,
    ) -> Page:
        pack = self._releases.read_pack(request.channel, experience, request.locale)
        request.watch.lap("pack")
        visit = resolve_visit(request.page_request, pack.experience, pack.locale, case=case)
        request.watch.lap("values")
        return Page(
            pack=pack, request=request.page_request, visit=visit, outcome_fields=outcome_fields
        )

    def _render_or_miss(
        self,
        request: QuestionRequest,
        page: Page,
        program: Program | None,
        route: RoutingDecision,
    ) -> Answer | EdgeMiss:
        request.watch.lap("key")
        answer = program and page.render_hit(program, watch=request.watch, log=self._log)
        return answer or EdgeMiss(key=page.visit.key, route=format_route_header(route), page=page)


def render_clarification(
    route: RoutingDecision,
    *,
    labels: Mapping[str, str],
    heading: str,
    locale: str,
    release: str,
    timing: Mapping[str, float],
) -> Answer:
    """An HTML fragment of links to the experiences that the question may have meant.

    The heading and the labels are escaped; ids and locales are slugs and need no escaping.
    """
    title, *texts = escape_html([heading, *(labels[each] or each for each in route.candidates)])
    links = [
        f'<li><a href="/p/{experience}?locale={locale}">{text}</a></li>'
        for experience, text in zip(route.candidates, texts, strict=True)
    ]
    headers = build_answer_headers(
        outcome=outcome_header("clarify", release=release, **describe_route(route)),
        format="html",
        locale=locale,
        private=True,
        refusals={},
        timing=timing,
    )
    body = f"<p>{title}</p>\n<ul>\n" + "\n".join(links) + "\n</ul>\n"
    return Answer(status=200, headers=headers, body=body)
