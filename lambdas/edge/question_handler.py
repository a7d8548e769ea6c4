"""Asking: a free question filled from the template that it leads to, or an honest miss.

partition -> denied? -> router -> hit, or clarify, or miss; a miss that was answered before is a
hit of the overlay, by the question's digest, unless that answer is denied too.
"""

from __future__ import annotations

from edgefill.core.cases import make_question_case
from edgefill.core.errors import UnknownExperience
from edgefill.core.keys import Key
from edgefill.core.value import replace, value
from edgefill.routing.question import read_question
from edgefill.routing.route import RoutingDecision, describe_route, format_route_header
from edgefill.visit.visit import resolve_visit
from lambdas.edge.clarify import render_clarification
from lambdas.edge.event import EdgeMiss
from lambdas.edge.page import Page
from lambdas.edge.releases import select_channel
from lambdas.edge.resolve import locale_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.answer import Answer
    from edgefill.packs.pointer import Channel
    from edgefill.routing.question import Question
    from edgefill.routing.router import Router
    from edgefill.routing.routing_config import RoutingConfig
    from edgefill.template.program import Program
    from lambdas.edge.log import Log
    from lambdas.edge.overlay import OverlayReader
    from lambdas.edge.page_request import PageRequest
    from lambdas.edge.releases import ReleaseReader
    from lambdas.edge.resolve import TemplateResolver
    from lambdas.edge.stopwatch import Stopwatch

UNROUTED = RoutingDecision(verdict="miss", reason="no-router")


@value
class QuestionRequest:
    """One question on its way; `inquiry` gets its experience once one is found."""

    inquiry: PageRequest
    question: Question
    channel: Channel
    routers: RoutingConfig
    locale: str
    watch: Stopwatch


class QuestionHandler:
    """Answers free questions; what is kept between them lies on the shelf."""

    def __init__(
        self,
        releases: ReleaseReader,
        resolver: TemplateResolver,
        overlays: OverlayReader,
        *,
        log: Log,
    ) -> None:
        self._releases = releases
        self._resolver = resolver
        self._overlays = overlays
        self._log = log

    def answer(self, inquiry: PageRequest, raw: str, watch: Stopwatch) -> Answer | EdgeMiss:
        """BadQuery, UnknownExperience, StoreError."""
        asked = self._asked(inquiry, raw, watch)
        router = self._router(asked)
        route = UNROUTED
        if router is not None:
            route = router.route(asked.question, self._releases.read_denials())
        watch.lap("route")
        if route.experience in asked.channel.experiences:
            return self._hit(asked, route)
        heading = asked.routers.clarify.get(asked.locale)
        if router is not None and heading and route.verdict == "clarify":
            return render_clarification(
                route,
                labels=router.labels,
                heading=heading,
                locale=asked.locale,
                release=asked.channel.release,
                timing=watch.laps,
            )
        return self._miss(asked, route)

    def _asked(self, inquiry: PageRequest, raw: str, watch: Stopwatch) -> QuestionRequest:
        question = read_question(raw)
        pointer = self._releases.read_pointer()
        claims = inquiry.profile.claims
        channel = select_channel(pointer, claims.subject if claims else None)
        if channel.routers is None:
            raise UnknownExperience("no free questions are answered here; ask for /p/<experience>")
        offered = channel.experiences[channel.routers.answer]
        return QuestionRequest(
            inquiry=inquiry,
            question=question,
            channel=channel,
            routers=channel.routers,
            locale=locale_for(inquiry, offered, pointer),
            watch=watch,
        )

    def _router(self, asked: QuestionRequest) -> Router | None:
        """The partition's own router; None when it has none: no other stands in for it."""
        partition = str(asked.routers.select_partition(asked.inquiry.profile.claims, asked.locale))
        if partition not in asked.routers.partitions:
            return None
        return self._releases.read_router(asked.channel.release, partition)

    def _hit(self, asked: QuestionRequest, route: RoutingDecision) -> Answer | EdgeMiss:
        """The experience's template for the visitor's case, as `/p/` would fill it."""
        page = self._page(asked, str(route.experience), describe_route(route))
        program = self._resolver.find_program(page.pack, page.key)
        return self._served(asked, page, program, route)

    def _miss(self, asked: QuestionRequest, route: RoutingDecision) -> Answer | EdgeMiss:
        """What an earlier miss had written for this very question, else a miss."""
        case = make_question_case(asked.question.digest)
        page = self._page(asked, asked.routers.answer, {"reviewed": "false"}, case=case)
        if self._is_denied(asked):
            fallback = page.render_fallback("denied", asked.watch)
            return fallback or EdgeMiss(key=page.key, route=format_route_header(route), page=page)
        program = self._overlays.find_program(page.key, page.pack.experience.version)
        return self._served(asked, page, program, route)

    def _is_denied(self, asked: QuestionRequest) -> bool:
        """Whether somebody took out what a model answers to this question."""
        denied = self._releases.read_denials().get(asked.question.digest, frozenset())
        return asked.routers.answer in denied

    def _page(
        self,
        asked: QuestionRequest,
        experience: str,
        said: dict[str, object],
        *,
        case: str | None = None,
    ) -> Page:
        pack = self._releases.read_pack(asked.channel.release, experience, asked.locale)
        asked.watch.lap("pack")
        seen = resolve_visit(pack.experience, query={}, profile=asked.inquiry.profile)
        asked.watch.lap("values")
        return Page(
            key=Key(experience=experience, locale=pack.locale, case=case or seen.case),
            pack=pack,
            request=replace(asked.inquiry, experience=experience),
            visit=replace(seen, private=True),  # the question shaped it
            facts=said,
        )

    def _served(
        self, asked: QuestionRequest, page: Page, program: Program | None, route: RoutingDecision
    ) -> Answer | EdgeMiss:
        asked.watch.lap("key")
        answer = program and page.render_hit(program, watch=asked.watch, log=self._log)
        return answer or EdgeMiss(key=page.key, route=format_route_header(route), page=page)
