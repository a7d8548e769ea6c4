"""The query string."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.cases import CaseSpec
from edgefill.core.errors import BadQuery
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.visit.query import (
    MAX_QUERY,
    parse_query,
    read_parameter,
    read_question,
    read_slot_values,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SALE = Experience(
    id="sale",
    version="1",
    format="text",
    slots=(
        Slot(name="days", type="number"),
        Slot(name="name", type="name", personal=True),
        Slot(name="code", type="text"),
        Slot(name="link", type="url"),
    ),
    cases=CaseSpec(),
    query_slots=("days", "link"),
    link_hosts=("shop.example", "help.shop.example:8443"),
)


def read_all(text: str) -> dict[str, str | None]:
    query = parse_query(text)
    return {name: read_parameter(query, name) for name in query}


@given(st.dictionaries(TEXTS, TEXTS, max_size=6))
def test_it_reads_what_browsers_write(query: dict[str, str]) -> None:
    """The oracle is `urllib.parse`."""
    text = urlencode(query)
    assert read_all(text) == dict(parse_qsl(text, keep_blank_values=True)) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", {}),
        ("&&", {}),
        ("a", {"a": ""}),
        ("a=", {"a": ""}),
        ("a=b=c", {"a": "b=c"}),
        ("a=b+c%2Bd", {"a": "b c+d"}),
        ("a=%C3%A4", {"a": "ä"}),
        ("ä=ö", {"ä": "ö"}),
    ],
)
def test_odd_spellings_are_read(text: str, query: dict[str, str]) -> None:
    """As `application/x-www-form-urlencoded`."""
    assert read_all(text) == query


@pytest.mark.parametrize(
    "raw", ["%", "%4", "%zz", "%-1", "% 1", "secret%zz", "%C3", "%ED%A0%80", "\ud800", "\udfff%41"]
)
def test_a_value_that_is_not_utf8_is_refused_by_its_name(raw: str) -> None:
    """Nor is an unpaired surrogate; the value is not repeated."""
    with pytest.raises(BadQuery) as refusal:
        read_parameter(parse_query(f"b=1&days={raw}"), "days")
    assert str(refusal.value) == "query parameter 'days' is not percent-encoded UTF-8"


@pytest.mark.parametrize("text", ["a=1&a=1", "a=1&b=2&a=3", "a&%61", "b=1&%61=2&a=3"])
def test_a_repeated_parameter_is_refused(text: str) -> None:
    """However it is spelled: two readers could pick different ones."""
    with pytest.raises(BadQuery, match="'a' is repeated; send it once"):
        read_parameter(parse_query(text), "a")


def test_a_long_query_is_refused_by_its_length() -> None:
    """Before it is read; as long as the longest URL that CloudFront takes."""
    assert parse_query("a=" + "b" * (MAX_QUERY - 2))
    with pytest.raises(BadQuery, match="query of 8193 characters; send at most 8192"):
        parse_query("a=" + "b" * (MAX_QUERY - 1))


FOREIGN = [
    "utm_source=news&utm_medium=mail",
    "utm_source=a&utm_source=b",
    "fbclid=IwAR0" + "x" * 3000,
    "gclid=%ff%zz",
    "_ga=2.1.3",
    "%ff=1&%zz&=&\ud800=2",
    "name=Ada&name=Eve",
    "code=FREE",
    "constructor=1&__proto__=2",
]


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("before", [True, False])
def test_what_no_slot_takes_is_ignored(foreign: str, before: bool) -> None:
    """Repeated, long, not UTF-8, personal or not declared for the query: it changes nothing."""
    text = f"{foreign}&days=3&q=why" if before else f"days=3&q=why&{foreign}"
    query = parse_query(text)
    assert read_slot_values(query, SALE) == ({"days": "3"}, {})
    assert read_question(query) == "why"


@given(st.text(max_size=60))
def test_any_query_is_read_or_refused(text: str) -> None:
    """Nothing else is raised, and only declared slots are filled."""
    try:
        values, refusals = read_slot_values(parse_query(text), SALE)
    except BadQuery:
        return
    assert {*values, *refusals} <= {"days", "link"}


def test_a_slot_that_has_a_value_is_not_read() -> None:
    """The token's precedes, so even a query that could not be read is no matter."""
    assert read_slot_values(parse_query("days=1&days=2"), SALE, known={"days": 7}) == ({}, {})


def test_a_personal_slot_is_never_filled() -> None:
    """Not even by a pack that a tampered store declares so."""
    forged = Experience(
        id="sale", version="1", format="text", slots=SALE.slots, cases=CaseSpec(),
        query_slots=("name", "none"),
    )  # fmt: skip
    assert read_slot_values(parse_query("name=Ada&none=1"), forged) == ({}, {})


@pytest.mark.parametrize(
    "url",
    [
        *("/shop", "shop/norderney", "?a=b", "#top", "./x", "/x?to=https://evil.example"),
        *("https://shop.example", "https://shop.example/a?b=c#d", "http://SHOP.example/"),
        *("HTTPS://help.shop.example:8443/x", "/a:b", "?x=a:b"),
    ],
)
def test_an_address_on_the_shops_hosts_is_taken(url: str) -> None:
    """Relative ones are on the host that serves the page."""
    assert read_slot_values({"link": [url.replace("#", "%23").replace("&", "%26")]}, SALE) == (
        {"link": url},
        {},
    )


@pytest.mark.parametrize(
    "url",
    [
        *("https://evil.example", "http://evil.example/login", "https://evil.example/shop.example"),
        *("https://shop.example.evil.example", "https://shop.example@evil.example"),
        *("https://shop.example:8443/", "https://evilshop.example", "https://shop.example./"),
        *("https://shop.example\\@evil.example", "https://shop.example%2f@evil.example"),
        *("mailto:x@shop.example", "javascript:alert(1)", "data:text/html,x", "https:evil.example"),
        *("https:/evil.example", "https:///evil.example", "ftp://shop.example/", "https://"),
        *("https://shop.example?@evil.example:x", "https://sh\u043ep.example/"),
    ],
)
def test_an_address_elsewhere_is_refused_by_its_host(url: str) -> None:
    """Whatever stands around the shop's name; what follows `?` is no host."""
    values, refusals = read_slot_values({"link": [url.replace("%", "%25")]}, SALE)
    if "?@" in url:
        assert values == {"link": url}
    else:
        assert (values, refusals) == ({}, {"link": "host"})


def test_a_question_is_read_as_it_was_sent() -> None:
    """Without one the message names the parameter."""
    assert read_question(parse_query("q=+Where%3F+&locale=de")) == " Where? "
    assert read_question(parse_query("q=")) == ""
    with pytest.raises(BadQuery, match="no question; send it as the query parameter 'q'"):
        read_question(parse_query("question=a"))
