"""Which locale answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import BadLocale
from edgefill.visit.negotiation import MAX_RANGES, choose_locale, language_ranges

OFFERED = ("en", "de")


def choose(*, query: str | None = None, token: str | None = None, accept: str = "") -> str:
    return choose_locale(
        query=query,
        token=token,
        accept=accept,
        offered=OFFERED,
        default="en",
        fallbacks={"gsw": "de"},
    )


@pytest.mark.parametrize(
    ("accept", "ranges"),
    [
        ("", []),
        ("de", ["de"]),
        ("de-AT, de;q=0.9, en;q=0.8", ["de-AT", "de", "en"]),
        ("en;q=0.1,de;q=0.2", ["de", "en"]),
        ("en;q=0,de", ["de"]),
        ("en; q=0.5 , de", ["de", "en"]),
        ("en;q=x,de", ["de"]),
        ("en;level=1,de;q=0.5", ["en", "de"]),
        ("en;q=nan,de", ["de"]),
    ],
)
def test_ranges_come_most_wanted_first(accept: str, ranges: list[str]) -> None:
    """Ties in the order they were sent; weights of nought and rubbish are left out."""
    assert list(language_ranges(accept)) == ranges


def test_only_the_first_ranges_are_looked_at() -> None:
    """A header of a thousand costs no more than one of sixteen."""
    assert len(list(language_ranges(",".join(["xx"] * 1000)))) == MAX_RANGES


@given(st.text(max_size=60))
def test_any_header_gives_an_offered_locale(accept: str) -> None:
    """Browsers send anything."""
    assert choose(accept=accept) in OFFERED


def test_the_query_goes_before_the_token_and_the_token_before_the_browser() -> None:
    """Known or not: who asks for French is not answered in the browser's German."""
    assert choose(query="de", token="en", accept="en") == "de"
    assert choose(token="gsw-CH", accept="en") == "de"
    assert choose(query="fr", token="de", accept="de") == "en"
    assert choose(token="fr", accept="de") == "en"
    assert choose(accept="fr, gsw;q=0.1") == "de"
    assert choose() == "en"


def test_a_wrong_tag_is_refused_from_the_query_and_passed_over_elsewhere() -> None:
    """Only the query is the visitor's own words."""
    with pytest.raises(BadLocale):
        choose(query="german-language")
    assert choose(token="german-language", accept="de") == "en"
    assert choose(accept="*, german-language, de") == "de"
