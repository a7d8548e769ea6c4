"""Resolve a request to a key and to the values of its slots, the same at the edge and in the API.

    PageRequest -> locale: the query's, else the token's, else the browser's
    locale, experience -> key: experience / locale / case of the visitor
    experience, query, token -> values

The edge resolves over the locales of the pointer's channel, the API over those of its catalogue.
"""

from __future__ import annotations

from edgefill.core.errors import BadLocale, TokenRefused
from edgefill.core.keys import Key, match_locale
from edgefill.core.problem import MISSING_TOKEN
from edgefill.core.value import value
from edgefill.template.coerce import coerce_values
from edgefill.visit.query import read_slot_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    from edgefill.core.experience import Experience
    from edgefill.core.slots import Value
    from edgefill.visit.page_request import PageRequest

    class LocaleOffer(Protocol):
        """How a locale is resolved that is not offered; Pointer and Catalogue are offers."""

        @property
        def default_locale(self) -> str: ...
        @property
        def locale_fallbacks(self) -> Mapping[str, str]: ...


MAX_RANGES = 16  # ranges of an Accept-Language header; later ranges are ignored


@value
class Visit:
    """One experience for one visitor: the key of its template, and the values to fill it with."""

    key: Key
    values: dict[str, Value]
    refusals: dict[str, str]  # slot, or case.<dimension> -> reason; the default is used
    private: bool  # a token, a query value or a question took part


def resolve_locale(request: PageRequest, locales: Sequence[str], offer: LocaleOffer) -> str:
    """The one of `locales` that answers `request`.

    Only the first source counts that names a locale: the query, the token, the browser. If none
    of `locales` matches it, the offer's default answers, or the first of `locales` when the default
    is not among them. BadLocale when the query's locale is not a language tag; a malformed tag in
    the token or in Accept-Language is ignored.
    """
    tag = request.locale
    if tag is not None:
        if locale := match_locale(tag, locales, offer.locale_fallbacks):
            return locale
    else:
        for tag in _list_preferences(request):
            try:
                if locale := match_locale(tag, locales, offer.locale_fallbacks):
                    return locale
            except BadLocale:
                continue
    default = offer.default_locale
    return default if default in locales else locales[0]


def resolve_visit(
    request: PageRequest, experience: Experience, locale: str, *, case: str | None = None
) -> Visit:
    """The key and the values of `experience` for `request`.

    The query fills only slots that the token leaves open. `case` is the visitor's unless given.
    BadQuery for a slot's parameter that cannot be read; TokenRefused when the experience requires
    a token and the request has no valid one.
    """
    profile = request.profile
    claims = profile.claims
    if claims is None and not experience.anonymous:
        raise TokenRefused(profile.refusal or MISSING_TOKEN)
    token_values = claims.slots if claims else {}
    query_values, refusals = read_slot_values(request.query, experience, known=token_values)
    took_query = bool(query_values or refusals)
    values, refused = coerce_values(experience.slots, {**query_values, **token_values})
    refusals |= refused
    if case is None:
        case = experience.cases.resolve(claims.case if claims else {})
        if claims:
            refusals |= experience.cases.find_refusals(claims.case)
    return Visit(
        key=Key(experience=experience.id, locale=locale, case=case),
        values=values,
        refusals=refusals,
        private=bool(took_query or claims or profile.refusal or request.question is not None),
    )


def _list_preferences(request: PageRequest) -> Iterable[str]:
    claims = request.profile.claims
    if claims and claims.locale:
        return (claims.locale,)
    return rank_languages(request.accept_language) if request.accept_language else ()


def rank_languages(accept: str) -> Iterator[str]:
    """The ranges of an Accept-Language header by descending weight (RFC 9110, section 12.5.4)."""
    ranges = [_parse_range(part) for part in accept.split(",")[:MAX_RANGES]]
    for weight, tag in sorted(ranges, key=lambda pair: -pair[0]):
        if tag and weight > 0:
            yield tag


def _parse_range(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    name, _, number = weight.strip().partition("=")
    try:
        return (float(number) if name == "q" else 1.0), tag.strip()
    except ValueError:
        return 0.0, ""
