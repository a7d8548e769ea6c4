"""From a request to a locale, a key and values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.errors import BadLocale, TokenRefused
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.identity.token import Claims
from edgefill.visit.page_request import PageRequest
from edgefill.visit.profile import VisitorProfile
from edgefill.visit.resolve import MAX_RANGES, Visit, rank_languages, resolve_locale, resolve_visit

EXPERIENCE = Experience(
    id="order-delayed",
    version="1",
    format="text",
    slots=(
        Slot(name="name", type="name", personal=True, required=True, default="you"),
        Slot(name="days", type="number", minimum=0, maximum=30, default=2),
    ),
    cases=CaseSpec(
        dimensions=(Dimension(name="tier", values=("gold", "basic"), default="basic"),),
        names=("gold", "basic"),
    ),
    query_slots=("days",),
)
LOCALES = ("en", "de")
MEMBERS_ONLY = Experience(
    id="vip", version="1", format="text", slots=(), cases=CaseSpec(), anonymous=False
)
ADA = VisitorProfile(
    claims=Claims(subject="u1", locale="de", case={"tier": "gold"}, slots={"name": "Ada"})
)


class Offer:
    """The locales of a catalogue."""

    default_locale = "en"
    locale_fallbacks = {"gsw": "de"}  # noqa: RUF012 never changed


def page_request(
    *,
    query: dict[str, str] | None = None,
    locale: str | None = None,
    profile: VisitorProfile | None = None,
    accept: str = "",
    question: str | None = None,
) -> PageRequest:
    return PageRequest(
        experience="",
        query={name: [text] for name, text in (query or {}).items()},
        locale=locale,
        profile=profile or VisitorProfile(),
        accept_language=accept,
        question=question,
    )


def visit(experience: Experience, *, query: dict[str, str], profile: VisitorProfile) -> Visit:
    return resolve_visit(page_request(query=query, profile=profile), experience, "de")


def choose(
    *,
    query: str | None = None,
    token: str | None = None,
    accept: str = "",
    locales: tuple[str, ...] = LOCALES,
) -> str:
    claims = Claims(subject="u1", locale=token, case={}, slots={}) if token else None
    request = page_request(
        locale=query,
        profile=VisitorProfile(claims=claims),
        accept=accept,
    )
    return resolve_locale(request, locales, Offer())


def test_the_anonymous_get_defaults() -> None:
    """Without a token or a query value the answer is public."""
    resolved = visit(EXPERIENCE, query={}, profile=VisitorProfile())
    assert resolved.key.case == "basic"
    assert resolved.values == {"name": "you", "days": 2}
    assert not resolved.private


def test_the_token_gives_case_and_values() -> None:
    """And makes the answer private."""
    resolved = visit(EXPERIENCE, query={}, profile=ADA)
    assert resolved.key.case == "gold"
    assert resolved.values == {"name": "Ada", "days": 2}
    assert resolved.private


def test_a_refused_token_makes_the_answer_private() -> None:
    """It is anonymous, but its headers say why."""
    resolved = visit(EXPERIENCE, query={}, profile=VisitorProfile(refusal="expired"))
    assert resolved.values["name"] == "you"
    assert resolved.private


def test_a_query_value_is_used_and_makes_the_answer_private() -> None:
    """A slot that is not personal may come from the URL."""
    resolved = visit(EXPERIENCE, query={"days": "5"}, profile=VisitorProfile())
    assert resolved.values["days"] == 5
    assert resolved.private


def test_the_token_precedes_the_query() -> None:
    """A URL does not override what the issuer signed."""
    claims = Claims(subject="u1", locale=None, case={}, slots={"days": 7})
    resolved = visit(EXPERIENCE, query={"days": "5"}, profile=VisitorProfile(claims=claims))
    assert resolved.values["days"] == 7


def test_a_value_that_does_not_fit_is_replaced_and_reported() -> None:
    """By the slot's default, with one word of reason."""
    resolved = visit(EXPERIENCE, query={"days": "500"}, profile=VisitorProfile())
    assert resolved.values["days"] == 2
    assert resolved.refusals == {"days": "range"}


@pytest.mark.parametrize("query", [{"name": "Ada"}, {"colour": "red"}, {"utm_source": "x"}])
def test_a_personal_or_unknown_parameter_changes_nothing(query: dict[str, str]) -> None:
    """The answer is even public: nothing of the query took part."""
    assert visit(EXPERIENCE, query=query, profile=VisitorProfile()) == visit(
        EXPERIENCE, query={}, profile=VisitorProfile()
    )


@pytest.mark.parametrize("signed", [7, None, "rubbish", 999, "0001-01-01"])
def test_a_query_never_wins_over_what_the_token_holds(signed: object) -> None:
    """Even if the token's value is null or does not fit: then the default is used."""
    claims = Claims(subject="u1", locale=None, case={}, slots={"days": signed})
    resolved = visit(EXPERIENCE, query={"days": "5"}, profile=VisitorProfile(claims=claims))
    assert resolved.values["days"] == (7 if signed == 7 else 2)


@pytest.mark.parametrize(
    ("tier", "reason"),
    [(None, "type"), (7, "type"), (["gold"], "type"), ({}, "type"), ("platinum", "choice")],
)
def test_a_dimension_that_does_not_fit_takes_its_default_and_is_counted(
    tier: object, reason: str
) -> None:
    """By its name; everything else of the token is used."""
    claims = Claims(subject="u1", locale=None, case={"tier": tier, "x": 1}, slots={"name": "Ada"})
    resolved = visit(EXPERIENCE, query={}, profile=VisitorProfile(claims=claims))
    assert (resolved.key.case, resolved.values["name"]) == ("basic", "Ada")
    assert resolved.refusals == {"case.tier": reason}


def test_an_address_on_a_foreign_host_is_replaced_and_reported() -> None:
    """By the slot's default; the answer is private, since its headers say so."""
    linked = Experience(
        id="drop",
        version="1",
        format="text",
        slots=(Slot(name="to", type="url", default="/shop"),),
        cases=CaseSpec(),
        query_slots=("to",),
        link_hosts=("shop.example",),
    )
    for url, expected in (("https://evil.example", "/shop"), ("https://shop.example/a", None)):
        resolved = visit(linked, query={"to": url}, profile=VisitorProfile())
        assert resolved.values["to"] == (expected or url)
        assert resolved.refusals == ({"to": "host"} if expected else {})
        assert resolved.private


@pytest.mark.parametrize(
    ("profile", "reason"),
    [(VisitorProfile(), "missing"), (VisitorProfile(refusal="expired"), "expired")],
)
def test_a_members_only_experience_needs_a_token(profile: VisitorProfile, reason: str) -> None:
    """The error has the reason for which a token was refused."""
    with pytest.raises(TokenRefused) as refusal:
        visit(MEMBERS_ONLY, query={}, profile=profile)
    assert refusal.value.reason == reason


def test_a_member_is_accepted() -> None:
    """With a token that verified."""
    assert visit(MEMBERS_ONLY, query={}, profile=ADA).key.case == "any"


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
def test_ranges_come_by_descending_weight(accept: str, ranges: list[str]) -> None:
    """Ties in the order sent; ranges of weight zero or a malformed weight are dropped."""
    assert list(rank_languages(accept)) == ranges


def test_only_the_first_ranges_are_read() -> None:
    """A header of a thousand ranges takes no longer than one of sixteen."""
    assert len(list(rank_languages(",".join(["xx"] * 1000)))) == MAX_RANGES


@given(st.text(max_size=60))
def test_any_header_gives_an_offered_locale(accept: str) -> None:
    """Browsers send anything."""
    assert choose(accept=accept) in LOCALES


def test_the_query_precedes_the_token_and_the_token_precedes_the_browser() -> None:
    """Even if not offered: a request for French is not answered in the browser's German."""
    assert choose(query="de", token="en", accept="en") == "de"
    assert choose(token="gsw-CH", accept="en") == "de"
    assert choose(query="fr", token="de", accept="de") == "en"
    assert choose(token="fr", accept="de") == "en"
    assert choose(accept="fr, gsw;q=0.1") == "de"
    assert choose() == "en"


def test_a_malformed_tag_is_refused_in_the_query_and_ignored_elsewhere() -> None:
    """Only the query is typed by a visitor."""
    with pytest.raises(BadLocale):
        choose(query="german-language")
    assert choose(token="german-language", accept="de") == "en"
    assert choose(accept="*, german-language, de") == "de"


def test_the_first_locale_answers_where_the_default_is_not_offered() -> None:
    """A release may hold an experience in other locales than the default."""
    assert choose(locales=("fr", "de")) == "fr"
    assert choose(query="it", locales=("fr", "de")) == "fr"


def test_a_key_names_experience_locale_and_case() -> None:
    """The case is the visitor's, or that of a question, whose answer is private."""
    ada = page_request(profile=ADA)
    assert str(resolve_visit(ada, EXPERIENCE, "de").key) == "order-delayed/de/gold"
    question = resolve_visit(page_request(question="?"), EXPERIENCE, "en", case="q-1")
    assert str(question.key) == "order-delayed/en/q-1"
    assert question.private
