"""A template's literal text and required slots are linted."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgefill.compiler import find_refusals
from edgefill.compiler.lint.lint import drop_overlapping
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.privacy import TextFinding

Make = Callable[..., Experience]
BITEXT = Path(__file__).parents[5] / "shared" / "data" / "bitext" / "responses_19_intents.csv"

REFUSED = [
    ("Your order 73220134 is late.", 6, "order-id"),
    ("write to ada.l@mail.example", 10, "email"),
    ("You paid $1200 for it", 10, "amount"),
    ("call +49 30 123 45 67", 6, "phone"),
    ("call 1-800-FLOWERS now", 6, "order-id"),
    ("the code 902417 is", 10, "digits"),
    ("Hello Zoltan, welcome", 7, "name"),
    ("a gift that Charlotte chose", 13, "name"),
    ("Dear [Customer Name],", 6, "placeholder"),
    ("Dear {customer_name},", 6, "placeholder"),
    ("{% raw %}{{ name }}{% endraw %}", 10, "placeholder"),
    ("Dear %NAME%", 6, "placeholder"),
    ("in XXX days, TODO", 4, "placeholder"),
    ("this is Cheap!", 9, "forbidden-word"),
    ("bell\x07", 5, "control"),
]


@pytest.mark.parametrize(("text", "column", "rule"), REFUSED)
def test_literal_text_is_refused(make_experience: Make, text: str, column: int, rule: str) -> None:
    """Each kind is refused once, at its place; the error does not repeat personal data."""
    experience = make_experience("text", forbidden=("cheap",))
    refusals = find_refusals(text, experience=experience, locale="en", name="t")
    assert (refusals[0].line, refusals[0].column, refusals[0].rule) == (1, column, rule)
    assert "Zoltan" not in str(refusals[0])


CLEAN = """Hello {{ name }}, your parcel is on its way and arrives on {{ day | date }}.
Hello there, dear customer! Good morning and welcome back. Dear Customer, thank you for your order.
Open 24/7, delivery in 3-5 days, within 30 days, 10 % off, 2 for 1, since 1998, in 2026, WiFi 6.
Write to support@shop.example or visit https://shop.example/help. COVID-19, MP3, A4, CO2, USB-C.
1. Open the app. 2. Choose your order. Total: {{ total | money }}. Number {{ n | number }}.
Hallo {{ name }}, schön, dass du da bist! Liebe Kundin, lieber Kunde, Guten Tag, Ihre Bestellung
ist unterwegs. Sehr geehrte Damen und Herren, vielen Dank für Ihr Vertrauen. Willkommen zurück!
Hallo zusammen, Danke für Ihre Geduld. Ihre Bestellung ist in 2 bis 4 Tagen da. Grüße, Ihr Team
Welcome to the club! Hello again. Hi, Your points: {{ points | number }}. Thanks for waiting."""


def test_clean_text_passes(make_experience: Make) -> None:
    """Ordinary sentences of a shop pass in both languages."""
    for line in CLEAN.split("\n"):
        german = {"Hallo", "ist"} & set(line.split())
        locale = "de" if german else "en"
        assert (
            find_refusals(line, experience=make_experience("text"), locale=locale, name="t") == []
        )


def test_required_slots_must_be_used(make_experience: Make) -> None:
    """They are printed or looped over in some branch; a boolean may be tested instead."""
    slots = tuple(
        Slot(name=name, type=type_, required=True, max_items=2, item=(Slot(name="", type="text"),))
        for name, type_ in (("a", "text"), ("b", "list"), ("c", "boolean"), ("d", "text"))
    )
    experience = make_experience("text", slots=slots)
    text = "{% if c %}{{ a|upper }}{% else %}{% for x in b %}{{ x }}{% endfor %}{% endif %}"
    refusals = find_refusals(
        text + "{% if d %}x{% endif %}", experience=experience, locale="de", name="t"
    )
    assert [(error.rule, "'d'" in error.reason) for error in refusals] == [("missing-slot", True)]


def test_text_over_the_limit_is_refused(make_experience: Make) -> None:
    """The refusal is at the first character over the limit."""
    experience = make_experience("text", max_chars=10)
    refusals = find_refusals("123 words in here", experience=experience, locale="de", name="t")
    assert [(error.column, error.rule) for error in refusals] == [(11, "length")]


@pytest.mark.skipif(not BITEXT.exists(), reason="needs ../shared/data (README, section Data)")
def test_recall_on_bitext(make_experience: Make) -> None:
    """Every order id, invoice id, name and amount that a model copied from a question is found."""
    with BITEXT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {"order_id", "invoice_id", "person_name", "refund_amount"}
    experience = make_experience("text", slots=(Slot(name="x", type="text"),))
    carried, missed = 0, []
    for row in rows:
        text = re.sub(r"\{\{.*?\}\}", "{{ x }}", row["response"])
        value = row["entity_value"]
        # "1" and the like are list numbers as often as they are amounts
        if row["entity_type"] in kinds and len(value) > 1 and value in text:
            carried += 1
            if not find_refusals(text, experience=experience, locale="en", name="t"):
                missed.append(value)
    assert carried == 583
    assert missed == []


@pytest.mark.parametrize(
    ("format_", "text", "column", "code_point"),
    [
        ("text", "a \u202e b", 3, "U+202E"),
        ("text", "a \u2067 b", 3, "U+2067"),
        ("text", "\ufeffa", 1, "U+FEFF"),
        ("text", "a \0 b", 3, "U+0000"),
        ("html", "<p>a &#8238; b</p>", 6, "U+202E"),
        ("html", "<p>a &#x202E; b</p>", 6, "U+202E"),
        ("json", '{"a": "x \\u202e"}', 10, "U+202E"),
    ],
)
def test_hidden_characters_are_named(
    make_experience: Make, format_: str, text: str, column: int, code_point: str
) -> None:
    """Direction overrides, byte order marks and NULs, as characters or as references."""
    refusals = find_refusals(text, experience=make_experience(format_), locale="en", name="t")
    assert [(e.column, e.rule, e.reason[:6]) for e in refusals] == [(column, "control", code_point)]


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("text", "\u0645\u200e \U0001f469\u200d\U0001f4bb soft\u00adhyphen &#8238; \\u202e"),
        ("html", "<p>&copy;&nbsp;&auml; &amp;</p>"),
        ("json", '{"a": "\\u00e4"}'),
    ],
)
def test_characters_that_writing_needs_pass(make_experience: Make, format_: str, text: str) -> None:
    """Direction marks, joiners and references to letters are allowed."""
    assert find_refusals(text, experience=make_experience(format_), locale="en", name="t") == []


def test_many_findings_are_all_reported(make_experience: Make) -> None:
    """Thousands of placeholders give as many refusals."""
    experience = make_experience("text")
    refusals = find_refusals("[Name] " * 7000, experience=experience, locale="en", name="t")
    assert sum(error.rule == "placeholder" for error in refusals) == 7000


class CountedFinding(TextFinding):
    """A finding that counts how often any place is read."""

    reads = 0

    def __getattribute__(self, name: str) -> object:
        if name in {"start", "end"}:
            CountedFinding.reads += 1
        return super().__getattribute__(name)


def test_overlaps_are_found_with_few_comparisons() -> None:
    """A finding is compared with a logarithmic number of others."""

    def make_findings() -> Iterator[TextFinding]:
        for start in range(0, 70_000, 10):
            yield CountedFinding(start=start, end=start + 5, rule="", reason="", remedy="")

    assert len(drop_overlapping(make_findings())) == 7000
    assert CountedFinding.reads < 7000 * 20


def test_the_first_of_overlapping_findings_wins() -> None:
    """The rest is sorted by place."""
    places = [(10, 20), (0, 5), (15, 30), (4, 6), (20, 25)]
    findings = [
        TextFinding(start=start, end=end, rule="", reason="", remedy="") for start, end in places
    ]
    assert drop_overlapping(findings) == [findings[1], findings[0], findings[4]]
