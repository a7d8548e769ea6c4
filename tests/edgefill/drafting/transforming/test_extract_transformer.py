"""An extract is made of whole sentences, the fewest that hold the target's slots."""

from __future__ import annotations

import pytest

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.core.errors import InvalidEngineOutput
from edgefill.core.keys import Key
from edgefill.drafting.drafting_roles import Transformer
from edgefill.drafting.transforming import ExtractTransformer
from tests.edgefill.drafting.transforming.conftest import DATE, NAME, ORDER, make_entry

KEY = Key(experience="sms", locale="en", case="any")
TEXT = """\
<h2>A delay of {{ order_id }}</h2>
<p>Hello {{ name }},</p>
<p>thank you for waiting. Order <b>{{ order_id }}</b> is late &amp; we are sorry.</p>
<p>{% if new_date is defined %}It comes on {{ new_date | date }}.{% endif %}</p>
<p>{% if voucher is defined %}We gave you {{ voucher | money }}, {{ name }}.{% endif %}</p>
<p>Your crew</p>
"""


def extract(source: CatalogueEntry, target: CatalogueEntry, text: str = TEXT) -> str:
    transformer: Transformer = ExtractTransformer()
    draft = transformer.transform(text, source=source, target=target, key=KEY, deadline_s=1)
    assert (draft.model, draft.tokens) == ("extract", 0)
    return draft.text


def test_required_slots_come_first_and_the_others_while_they_fit(source: CatalogueEntry) -> None:
    """Markup is removed and references are decoded; a sentence with a foreign slot is not taken."""
    whole = (
        "Hello {{ name }}, thank you for waiting. Order {{ order_id }} is late & we are sorry. "
        "{% if new_date is defined %}It comes on {{ new_date | date }}.{% endif %}"
    )
    assert extract(source, make_entry("sms")) == whole
    shorter = extract(source, make_entry("sms", max_chars=len(whole) - 1))
    assert shorter == whole.partition(" {% if")[0]


def test_the_fewest_sentences_are_taken(source: CatalogueEntry) -> None:
    target = make_entry("sms", slots=(ORDER,))
    assert extract(source, target) == "Order {{ order_id }} is late & we are sorry."


def test_an_html_target_is_escaped_again(source: CatalogueEntry) -> None:
    target = make_entry("banner", slots=(ORDER,), format="html")
    assert extract(source, target) == "<p>Order {{ order_id }} is late &amp; we are sorry.</p>"


def test_a_greeting_on_its_own_line_is_a_paragraph_of_html(source: CatalogueEntry) -> None:
    target = make_entry("banner", slots=(NAME,), format="html")
    text = "<p>Hello {{ name }},</p><p>It is late.</p>"
    assert extract(source, target, text) == "<p>Hello {{ name }},</p>\n<p>It is late.</p>"


def test_a_json_target_has_the_heading_as_its_title(source: CatalogueEntry) -> None:
    target = make_entry("push", format="json", fields=("title", "body"), slots=(ORDER, DATE))
    assert extract(source, target) == (
        '{"title": "A delay of {{ order_id }}", "body": "Order {{ order_id }} is late & we are '
        'sorry. {% if new_date is defined %}It comes on {{ new_date | date }}.{% endif %}"}'
    )


def test_without_a_heading_the_first_sentence_is_the_title(source: CatalogueEntry) -> None:
    """Quotation marks are escaped."""
    target = make_entry("push", format="json", fields=("title", "body"), slots=(ORDER,))
    text = '<p>The "tide" was late. Order {{ order_id }} waits.</p>'
    assert extract(source, target, text) == (
        '{"title": "The \\"tide\\" was late.", "body": "Order {{ order_id }} waits."}'
    )


def test_a_single_member_holds_everything(source: CatalogueEntry) -> None:
    target = make_entry("push", format="json", fields=("alert",), slots=(ORDER,))
    assert extract(source, target) == '{"alert": "Order {{ order_id }} is late & we are sorry."}'


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (make_entry("sms", max_chars=40), "hold name, order_id in 40 characters"),
        (
            make_entry("sms", format="json", fields=("a", "b", "c")),
            "at most 2 members, not a, b, c",
        ),
    ],
)
def test_what_cannot_be_extracted_is_refused(
    source: CatalogueEntry, target: CatalogueEntry, problem: str
) -> None:
    with pytest.raises(InvalidEngineOutput, match=problem):
        extract(source, target)


def test_a_text_without_sentences_is_refused(source: CatalogueEntry) -> None:
    with pytest.raises(InvalidEngineOutput, match="hold a text in 1200"):
        extract(source, make_entry("sms", slots=()), "<p>Your crew</p>")


def test_a_slot_that_the_text_does_not_use_is_left_out(source: CatalogueEntry) -> None:
    target = make_entry("sms", slots=(ORDER, DATE))
    assert extract(source, target, "<p>Order {{ order_id }} is late.</p>") == (
        "Order {{ order_id }} is late."
    )


def test_what_stands_between_two_taken_sentences_is_kept(source: CatalogueEntry) -> None:
    """An apology between the delay and the new date, as long as it fits."""
    text = (
        "<p>Hello {{ name }}. Order {{ order_id }} is late. We apologise. "
        "{% if new_date is defined %}It comes on {{ new_date | date }}.{% endif %}</p>"
    )
    whole = extract(source, make_entry("sms"), text)
    assert "is late. We apologise. {% if" in whole
    shorter = extract(source, make_entry("sms", max_chars=len(whole) - 1), text)
    assert "We apologise" not in shorter
    assert "new_date" in shorter


def test_a_greeting_in_a_heading_is_taken_for_its_slot(source: CatalogueEntry) -> None:
    """It is a sentence; a heading that is none is not."""
    text = "<h2>Hello {{ name }}!</h2><p>Order {{ order_id }} is late.</p>"
    assert extract(source, make_entry("sms"), text) == (
        "Hello {{ name }}! Order {{ order_id }} is late."
    )
    with pytest.raises(InvalidEngineOutput):
        extract(source, make_entry("sms"), text.replace("!", ""))
