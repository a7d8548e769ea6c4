"""Lint: what would reach everybody although it was meant for one, and what nobody should read."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.compiler import find_refusals
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot

Make = Callable[..., Experience]
BITEXT = Path(__file__).parents[5] / "shared" / "data" / "bitext" / "responses_19_intents.csv"

PERSONAL = [
    ("Your order 73220134 is late.", 6, "order-id"),
    ("Order number: 4711", 1, "order-id"),
    ("order no. <b>A-771</b>", 1, "order-id"),
    ("Ihre Bestellnummer 4711", 6, "order-id"),
    ("Rechnung Nr. RE-2026-118", 1, "order-id"),
    ("Parcel #8812 is here", 1, "order-id"),
    ("see AB12C345 there", 5, "order-id"),
    ("write to ada.l@mail.example", 10, "email"),
    ("You paid $1200 for it", 10, "amount"),
    ("It costs 12,50 € now", 10, "amount"),
    ("about 40 euros", 7, "amount"),
    ("EUR 1.299,90 are due", 1, "amount"),
    ("call +49 30 123 45 67", 6, "phone"),
    ("call 1-800-FLOWERS now", 6, "order-id"),
    ("the code 902417 is", 10, "digits"),
    ("Hello Zoltan, welcome", 7, "name"),
    ("Hi <b>Zoltan</b>!", 7, "name"),
    ("Dear Ms Quux", 9, "name"),
    ("Dear Mr. O'Quux", 10, "name"),
    ("Hi McQuux!", 4, "name"),
    ("Sehr geehrte Frau Quux,", 19, "name"),
    ("Liebe Zora,", 7, "name"),
    ("Thanks, Zoltan!", 9, "name"),
    ("a gift that Charlotte chose", 13, "name"),
    ("Dear [Customer Name],", 6, "placeholder"),
    ("Dear {customer_name},", 6, "placeholder"),
    ("{% raw %}{{ name }}{% endraw %}", 10, "placeholder"),
    ("Dear %NAME%", 6, "placeholder"),
    ("in XXX days, TODO", 4, "placeholder"),
    ("this is Cheap!", 9, "forbidden-word"),
    ("bell\x07", 5, "control"),
]


@pytest.mark.parametrize(("text", "column", "rule"), PERSONAL)
def test_literals_that_are_refused(experience: Make, text: str, column: int, rule: str) -> None:
    """Each kind at its place, without a word of what was found."""
    made = experience("text", forbidden=("cheap",))
    found = find_refusals(text, experience=made, locale="en", name="t")
    assert (found[0].line, found[0].column, found[0].rule) == (1, column, rule)
    assert "Zoltan" not in str(found[0])


CLEAN = """Hello {{ name }}, your parcel is on its way and arrives on {{ day | date }}.
Hello there, dear customer! Good morning and welcome back. Dear Customer, thank you for your order.
Open 24/7, delivery in 3-5 days, within 30 days, 10 % off, 2 for 1, since 1998, in 2026, WiFi 6.
Write to support@shop.example or visit https://shop.example/help. COVID-19, MP3, A4, CO2, USB-C.
1. Open the app. 2. Choose your order. Total: {{ total | money }}. Number {{ n | number }}.
Hallo {{ name }}, schön, dass du da bist! Liebe Kundin, lieber Kunde, Guten Tag, Ihre Bestellung
ist unterwegs. Sehr geehrte Damen und Herren, vielen Dank für Ihr Vertrauen. Willkommen zurück!
Hallo zusammen, Danke für Ihre Geduld. Ihre Bestellung kommt in 2 bis 4 Tagen. Thanks for waiting.
Welcome to the club! Hello again. Hi, Your points: {{ points | number }}. Liebe Grüße, Ihr Team"""


def test_clean_text_passes(experience: Make) -> None:
    """Ordinary words of a shop in both languages are no findings."""
    for line in CLEAN.split("\n"):
        german = {"Hallo", "ist"} & set(line.split())
        locale = "de" if german else "en"
        assert find_refusals(line, experience=experience("text"), locale=locale, name="t") == []


def test_required_slots(experience: Make) -> None:
    """Printed or looped over, in some branch; a boolean may be tested instead."""
    slots = tuple(
        Slot(name=name, type=type_, required=True, max_items=2, item=(Slot(name="", type="text"),))
        for name, type_ in (("a", "text"), ("b", "list"), ("c", "boolean"), ("d", "text"))
    )
    made = experience("text", slots=slots)
    text = "{% if c %}{{ a|upper }}{% else %}{% for x in b %}{{ x }}{% endfor %}{% endif %}"
    found = find_refusals(text + "{% if d %}x{% endif %}", experience=made, locale="de", name="t")
    assert [(error.rule, "'d'" in error.reason) for error in found] == [("missing-slot", True)]


def test_over_long_text(experience: Make) -> None:
    """The place is where the allowance ends."""
    made = experience("text", max_chars=10)
    found = find_refusals("123 words in here", experience=made, locale="de", name="t")
    assert [(error.column, error.rule) for error in found] == [(11, "length")]


@pytest.mark.skipif(not BITEXT.exists(), reason="needs ../shared/data (README, section Data)")
def test_recall_on_bitext(experience: Make) -> None:
    """Every order id, invoice id, name and amount that a model copied from the asker is found."""
    with BITEXT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {"order_id", "invoice_id", "person_name", "refund_amount"}
    made = experience("text", slots=(Slot(name="x", type="text"),))
    carried, missed = 0, []
    for row in rows:
        text = re.sub(r"\{\{.*?\}\}", "{{ x }}", row["response"])
        value = row["entity_value"]
        # "1" and the like are list numbers as often as they are amounts
        if row["entity_type"] in kinds and len(value) > 1 and value in text:
            carried += 1
            if not find_refusals(text, experience=made, locale="en", name="t"):
                missed.append(value)
    assert carried == 583
    assert missed == []


@pytest.mark.parametrize(
    ("format_", "text", "column", "named"),
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
    experience: Make, format_: str, text: str, column: int, named: str
) -> None:
    """What turns the direction of reading, marks and NULs, as such or by reference."""
    found = find_refusals(text, experience=experience(format_), locale="en", name="t")
    assert [(e.column, e.rule, e.reason[:6]) for e in found] == [(column, "control", named)]


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("text", "\u0645\u200e \U0001f469\u200d\U0001f4bb soft\u00adhyphen &#8238; \\u202e"),
        ("html", "<p>&copy; &nbsp; &auml; &amp;</p>"),
        ("json", '{"a": "\\u00e4"}'),
    ],
)
def test_characters_that_writing_needs_pass(experience: Make, format_: str, text: str) -> None:
    """Direction marks, joiners and references to letters."""
    assert find_refusals(text, experience=experience(format_), locale="en", name="t") == []


def test_many_findings_are_sorted_out_fast(experience: Make) -> None:
    """Thousands of placeholders cost seconds neither to find nor to compare."""
    made = experience("text")
    began = time.process_time()
    found = find_refusals("[Name] " * 7000, experience=made, locale="en", name="t")
    assert len(found) == 7000
    assert time.process_time() - began < 2
