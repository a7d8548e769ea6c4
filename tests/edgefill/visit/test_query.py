"""The query string."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.cases import CaseSpec
from edgefill.core.errors import BadQuery
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.visit.query import MAX_QUERY, parse_query, read_slot_values, take_question

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SALE = Experience(
    id="sale",
    version="1",
    format="text",
    slots=(Slot(name="days", type="number"), Slot(name="name", type="name", personal=True)),
    cases=CaseSpec(),
)


@given(st.dictionaries(TEXTS, TEXTS, max_size=6))
def test_it_reads_what_browsers_write(query: dict[str, str]) -> None:
    """The oracle is `urllib.parse`."""
    text = urlencode(query)
    assert parse_query(text) == dict(parse_qsl(text, keep_blank_values=True)) == query


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
    assert parse_query(text) == query


@pytest.mark.parametrize(
    "text", ["a=%", "a=%4", "a=%zz", "a=%-1", "a=% 1", "%ff=1", "a=%C3", "a=%ED%A0%80"]
)
def test_what_is_not_utf8_is_refused(text: str) -> None:
    """Nor is an unpaired surrogate."""
    with pytest.raises(BadQuery, match="percent-encoded UTF-8"):
        parse_query(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [("b=1&days=secret%zz", "query parameter 'days' is"), ("secret%zz=1", "the name of a query")],
)
def test_a_parameter_is_named_and_its_value_is_not_repeated(text: str, name: str) -> None:
    """No value of a visitor is in an answer."""
    with pytest.raises(BadQuery) as refusal:
        parse_query(text)
    assert str(refusal.value).startswith(name)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("text", ["a=1&a=1", "a=1&b=2&a=3", "a&%61", "a+b=1&a%20b=1"])
def test_a_repeated_parameter_is_refused(text: str) -> None:
    """However it is spelled: two readers could pick different ones."""
    with pytest.raises(BadQuery, match="is repeated; send it once"):
        parse_query(text)


def test_a_long_query_is_refused_by_its_length() -> None:
    """Before it is read."""
    assert parse_query("a=" + "b" * (MAX_QUERY - 2))
    with pytest.raises(BadQuery, match="query of 2049 characters; send at most 2048"):
        parse_query("a=" + "b" * (MAX_QUERY - 1))


def test_values_of_slots_that_are_not_personal_are_read() -> None:
    """`locale` is not a slot."""
    assert read_slot_values({"locale": "de", "days": "3"}, SALE) == {"days": "3"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("name", "slot 'name' is personal; send it in the profile token"),
        ("colour", "unknown query parameter 'colour'; sale takes locale, days"),
    ],
)
def test_any_other_parameter_is_refused_by_name(name: str, sentence: str) -> None:
    """The message says what to do instead and does not repeat the value."""
    with pytest.raises(BadQuery) as refusal:
        read_slot_values({name: "Ada"}, SALE)
    assert str(refusal.value) == sentence


def test_a_question_takes_only_a_locale() -> None:
    """As it was sent; the rest of the query without it."""
    assert take_question({"q": " Where? ", "locale": "de"}) == ({"locale": "de"}, " Where? ")
    assert take_question({"q": ""}) == ({}, "")


@pytest.mark.parametrize(
    ("query", "name"), [({}, "no question"), ({"q": "a", "name": "b"}, "'name'")]
)
def test_other_parameters_of_a_question_are_refused(query: dict[str, str], name: str) -> None:
    """A slot's value belongs to a page."""
    with pytest.raises(BadQuery, match=name):
        take_question(query)
