"""An answer to a free question names no address of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler import find_refusals
from edgefill.core.experience import Experience

MakeExperience = Callable[..., Experience]


def list_rules(experience: Experience, text: str) -> list[str]:
    return [each.rule for each in find_refusals(text, experience=experience, locale="en", name="t")]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://evil.example/login",
            "http://evil",
            "HTTPS://EVIL.EXAMPLE",
            "ftp://evil.example",
        ),
        *(
            "evil.example",
            "www.evil",
            "WWW.evil.example",
            "shop.evil.co.uk",
            "evil.example/win?a=b",
        ),
        *("//evil.example", "mailto:x@evil", "tel:+4930", "javascript:alert", "https :evil"),
        *("evil\uff0eexample", "evil\u3002example", "evil\u200b.example", "evil.\u200bexample"),
        *("bücher.example", "xn--bcher-kva.example", "пример.рф", "a.b.c.d.e.example", "t.co"),
        *(
            "192.0.2.1",
            "tern-tide.de",
            "evil&#46;example",
            "evil&period;example",
            "e-v-i-l.example",
        ),
        *("{{ name }}.example", "{{ name }}.evil.example", "...evil.example", "(evil.example)"),
        *(
            "evil<b>.</b>example",
            "evil.<em>example</em>",
            "<b>evil</b>.example",
            "www<i>.</i>evil.x",
        ),
    ],
)
def test_an_address_is_refused_in_an_answer_only(
    make_experience: MakeExperience, address: str
) -> None:
    """However it is spelled, divided by tags or joined to a slot; elsewhere the shop writes it."""
    text = f"<p>Hello {{{{ name }}}}, see {address} for more.</p>"
    assert "literal-link" in list_rules(make_experience(open=True), text)
    assert "literal-link" not in list_rules(make_experience(), text)


@pytest.mark.parametrize(
    "href",
    ["https://evil.example", "/login", "login", "?a=b", "#x", "mailto:x", "", " /x", "&#47;x"],
)
def test_a_link_that_no_slot_fills_is_refused(make_experience: MakeExperience, href: str) -> None:
    """Also to the shop's own paths: a question may name any of them."""
    for text in (f'<p><a href="{href}">Look</a></p>', f"<p><a HREF = '{href}'>Look</a></p>"):
        assert "literal-link" in list_rules(make_experience(open=True), text)


@pytest.mark.parametrize(
    "text",
    [
        '<p>Hello {{ name }}, see our <a href="{{ link }}">help page</a>.</p>',
        "<p>Parcels take 2.5 days, e.g. by ship. We open at 9.30 a.m., z.B. on Monday.</p>",
        "<p>It costs {{ n | number }}. That is all: ask us, i.e. the crew, and/or wait...</p>",
        "<p>From 1.12. to 24.12. we are open; 10.000 pieces, 1,000.50 in all, v1.2.3 of it.</p>",
        "<p>Dear {{ name }}. You asked about data: it is safe. Tel. by request.</p>",
        "<p>{{ name }}, {{ tier }}.</p>",
    ],
)
def test_ordinary_text_and_links_by_slots_are_not(
    make_experience: MakeExperience, text: str
) -> None:
    """Abbreviations, decimals, dates and versions are no domains."""
    assert "literal-link" not in list_rules(make_experience(open=True), text)


@pytest.mark.parametrize("format_", ["text", "json"])
def test_other_formats_are_read_too(make_experience: MakeExperience, format_: str) -> None:
    """A phone makes a link of any domain in a text message."""
    text = "Look at evil.example." if format_ == "text" else '{"title": "Look at evil.example."}'
    experience = make_experience(format_, open=True, fields=("title",) if format_ == "json" else ())
    assert "literal-link" in list_rules(experience, text)
