"""The clarifying answer: links to the experiences that a question may have meant. No GPU."""

from __future__ import annotations

from edgefill.core.answer import Answer
from edgefill.routing.route import describe_route
from edgefill.template.escape import escape_html
from edgefill.visit.answer_headers import build_answer_headers, outcome_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from edgefill.routing.route import RoutingDecision


def render_clarification(
    route: RoutingDecision,
    *,
    labels: Mapping[str, str],
    heading: str,
    locale: str,
    release: str,
    timing: Mapping[str, float],
) -> Answer:
    """An HTML fragment; ids and locales are slugs and need no escaping, labels are people's."""
    said = escape_html([heading, *(labels[each] or each for each in route.candidates)])
    links = [
        f'<li><a href="/p/{experience}?locale={locale}">{label}</a></li>'
        for experience, label in zip(route.candidates, said[1:], strict=True)
    ]
    headers = build_answer_headers(
        outcome=outcome_header("clarify", release=release, **describe_route(route)),
        format="html",
        locale=locale,
        private=True,
        refusals={},
        timing=timing,
    )
    body = f"<p>{said[0]}</p>\n<ul>\n" + "\n".join(links) + "\n</ul>\n"
    return Answer(status=200, headers=headers, body=body)
