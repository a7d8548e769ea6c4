"""Asking: a free question filled from the template that it leads to, or an honest miss.

partition -> denied? -> router -> hit, or clarify, or miss; a miss that was answered before is a
hit of the overlay, by the question's digest, unless that answer is denied too.
"""

from __future__ import annotations

from edgefill.core.cases import question_case
from edgefill.core.errors import UnknownExperience
from edgefill.core.keys import Key
from edgefill.core.value import replace, value
from edgefill.routing.question import read_question
from edgefill.routing.route import RoutingDecision, describe_route, format_route_header
from edgefill.visit.visit import visit
from lambdas.edge.clarify import clarified
from lambdas.edge.event import Miss
from lambdas.edge.page import Page
from lambdas.edge.releases import channel_for
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
    from lambdas.edge.overlay import Overlays
    from lambdas.edge.page_request import Inquiry
    from lambdas.edge.releases import Releases
    from lambdas.edge.resolve import Resolver
    from lambdas.edge.stopwatch import Stopwatch

UNROUTED = RoutingDecision(verdict="miss", reason="no-router")


@value
class Asked:
    """One question on its way; `inquiry` gets its experience once one is found."""

    inquiry: Inquiry
    question: Question
    channel: Channel
    routers: RoutingConfig
    locale: str
    watch: Stopwatch


class Asking:
    """Answers free questions; what is kept between them lies on the shelf."""

    def __init__(
        self, releases: Releases, resolver: Resolver, overlays: Overlays, *, log: Log
    ) -> None:
        self._releases = releases
        self._resolver = resolver
        self._overlays = overlays
        self._log = log

    def answer(self, inquiry: Inquiry, raw: str, watch: Stopwatch) -> Answer | Miss:
        """BadQuery, UnknownExperience, StoreError."""
        asked = self._asked(inquiry, raw, watch)
        router = self._router(asked)
        route = UNROUTED
        if router is not None:
            route = router.route(asked.question, self._releases.denials())
        watch.lap("route")
        if route.experience in asked.channel.experiences:
            return self._hit(asked, route)
        heading = asked.routers.clarify.get(asked.locale)
        if router is not None and heading and route.verdict == "clarify":
            return clarified(
                route,
                labels=router.labels,
                heading=heading,
                locale=asked.locale,
                release=asked.channel.release,
                timing=watch.laps,
            )
        return self._miss(asked, route)

    def _asked(self, inquiry: Inquiry, raw: str, watch: Stopwatch) -> Asked:
        question = read_question(raw)
        pointer = self._releases.pointer()
        claims = inquiry.profile.claims
        channel = channel_for(pointer, claims.subject if claims else None)
        if channel.routers is None:
            raise UnknownExperience("no free questions are answered here; ask for /p/<experience>")
        offered = channel.experiences[channel.routers.answer]
        return Asked(
            inquiry=inquiry,
            question=question,
            channel=channel,
            routers=channel.routers,
            locale=locale_for(inquiry, offered, pointer),
            watch=watch,
        )

    def _router(self, asked: Asked) -> Router | None:
        """The partition's own router; None when it has none: no other stands in for it."""
        partition = str(asked.routers.select_partition(asked.inquiry.profile.claims, asked.locale))
        if partition not in asked.routers.partitions:
            return None
        return self._releases.router(asked.channel.release, partition)

    def _hit(self, asked: Asked, route: RoutingDecision) -> Answer | Miss:
        """The experience's template for the visitor's case, as `/p/` would fill it."""
        page = self._page(asked, str(route.experience), describe_route(route))
        program = self._resolver.program(page.pack, page.key)
        return self._served(asked, page, program, route)

    def _miss(self, asked: Asked, route: RoutingDecision) -> Answer | Miss:
        """What an earlier miss had written for this very question, else a miss."""
        case = question_case(asked.question.digest)
        page = self._page(asked, asked.routers.answer, {"reviewed": "false"}, case=case)
        if self._is_denied(asked):
            fallback = page.fallback("denied", asked.watch)
            return fallback or Miss(key=page.key, route=format_route_header(route), page=page)
        program = self._overlays.program(page.key, page.pack.experience.version)
        return self._served(asked, page, program, route)

    def _is_denied(self, asked: Asked) -> bool:
        """Whether somebody took out what a model answers to this question."""
        denied = self._releases.denials().get(asked.question.digest, frozenset())
        return asked.routers.answer in denied

    def _page(
        self, asked: Asked, experience: str, said: dict[str, object], *, case: str | None = None
    ) -> Page:
        pack = self._releases.pack(asked.channel.release, experience, asked.locale)
        asked.watch.lap("pack")
        seen = visit(pack.experience, query={}, profile=asked.inquiry.profile)
        asked.watch.lap("values")
        return Page(
            key=Key(experience=experience, locale=pack.locale, case=case or seen.case),
            pack=pack,
            inquiry=replace(asked.inquiry, experience=experience),
            visit=replace(seen, private=True),  # the question shaped it
            said=said,
        )

    def _served(
        self, asked: Asked, page: Page, program: Program | None, route: RoutingDecision
    ) -> Answer | Miss:
        asked.watch.lap("key")
        answer = program and page.served(program, watch=asked.watch, log=self._log)
        return answer or Miss(key=page.key, route=format_route_header(route), page=page)
