"""A raw request becomes a page request, the same at the edge and in the API."""

from typing import Any

import pytest

from edgefill.core.errors import BadQuery
from edgefill.identity.trust import Trust
from edgefill.visit.page_request import PageRequest, read_page_request
from edgefill.visit.profile import VisitorProfile

TRUST = Trust(issuer="shop", audience="edgefill", hs256_secret=b"x" * 32)


def read(experience: str | None = "sale", **changes: Any) -> PageRequest:
    raw = {"query": "", "tokens": (), "accept_language": "de"}
    return read_page_request(experience, **raw | changes, trust=TRUST, now=0)


def test_a_request_for_an_experience_has_query_profile_and_languages() -> None:
    """A token that does not verify leaves the visitor anonymous."""
    assert read(query="days=3", tokens=("?",)) == PageRequest(
        experience="sale",
        query={"days": ["3"]},
        locale=None,
        profile=VisitorProfile(refusal="malformed"),
        accept_language="de",
    )


def test_the_browsers_languages_are_dropped_when_the_query_names_a_locale() -> None:
    """They take no part in the answer, which may then be public."""
    request = read(query="locale=en&utm_source=x")
    assert (request.locale, request.accept_language) == ("en", "")


def test_without_an_experience_the_request_is_a_question() -> None:
    """Which takes a locale, and nothing else of its query."""
    request = read(None, query="q=where+is+it&locale=en&days=3&_ga=1.2")
    assert (request.experience, request.question, request.locale) == ("", "where is it", "en")
    assert request.query == {}


@pytest.mark.parametrize("query", ["locale=de&locale=en", "locale=%ff", "%6cocale=de&locale=de"])
def test_an_ambiguous_locale_is_refused(query: str) -> None:
    """It selects the text."""
    with pytest.raises(BadQuery, match="'locale' is"):
        read(query=query)
