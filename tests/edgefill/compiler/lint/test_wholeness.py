"""Sentences, labels, punctuation, blanks and fields must be whole in every combination of slots."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.core.errors import TemplateRefused

Refuse = Callable[..., list[TemplateRefused]]

REFUSED = [
    # labels with nothing after them
    ("text", "en", "Hello. Date:{% if day is defined %} {{ day | date }}{% endif %}", "incomplete"),
    ("text", "de", "Datum: {% if day is defined %}{{ day | date }}{% endif %}.", "incomplete"),
    (
        "json",
        "en",
        '{"title": "All about it:{% if note is defined %} {{ note }}{% endif %}", "b": "Hi."}',
        "incomplete",
    ),
    ("html", "de", "<p>Hallo.</p><p>Summe:</p>", "incomplete"),
    # sentences that start in lower case
    ("text", "en", "Hello {{ name }}. your parcel is here.", "incomplete"),
    ("text", "de", "Das freut uns! dein Paket ist da.", "incomplete"),
    (
        "text",
        "en",
        "{% if note is defined %}{{ note }}, {% endif %}your parcel is here.",
        "incomplete",
    ),
    (
        "json",
        "de",
        '{"a": "{% if note is defined %}{{ note }}, {% endif %}dein Paket ist da."}',
        "incomplete",
    ),
    # sentences without their end mark
    (
        "text",
        "en",
        "It is here{% if day is defined %} since {{ day | date }}.{% endif %}",
        "incomplete",
    ),
    (
        "html",
        "de",
        "<p>Es ist da{% if day is defined %}, seit {{ day | date }}.{% endif %}</p>",
        "incomplete",
    ),
    (
        "json",
        "de",
        '{"a": "Es ist da{% if day is defined %} am {{ day | date }}.{% endif %}"}',
        "incomplete",
    ),
    # punctuation
    (
        "text",
        "en",
        "These: {% for t in tags %}{{ t }}{% if loop.last %}, {% endif %}{% endfor %}.",
        "punctuation",
    ),
    ("text", "de", "Schön, . Danke.", "punctuation"),
    ("text", "en", "Sorry?, we are late.", "punctuation"),
    ("text", "en", "It is late .. really.", "punctuation"),
    ("text", "en", "From us ({% if note is defined %}{{ note }}{% endif %}).", "punctuation"),
    ("html", "de", "<p>? Dinge für dich</p>", "punctuation"),
    ("text", "en", "It is {{ note }}.Not you? Write to us.", "punctuation"),
    ("text", "de", "Es ist da.Komm bald.", "punctuation"),
    # blanks
    ("text", "en", "Hello  there.", "blanks"),
    ("text", "de", " Hallo.", "blanks"),
    ("text", "de", "Hallo. ", "blanks"),
    ("json", "en", '{"a": "Hello. "}', "blanks"),
    ("html", "en", "<p>Hello&nbsp;&nbsp;there.</p>", "blanks"),
    ("text", "en", "Hi. {% if vip %} You are first.{% endif %}", "blanks"),
    # empty fields
    ("json", "en", '{"a": "", "b": "Hello."}', "empty"),
    (
        "json",
        "de",
        '{"a": "{% if note is defined %}{{ note }}{% endif %}", "b": "Hallo."}',
        "empty",
    ),
]


@pytest.mark.parametrize(("format_", "locale", "text", "rule"), REFUSED)
def test_what_is_not_whole_is_refused(
    refuse: Refuse, format_: str, locale: str, text: str, rule: str
) -> None:
    """Once per place, with a reason and a remedy."""
    refusals = refuse(text, format_, locale)
    assert {error.rule for error in refusals} == {rule}
    assert len({(error.line, error.column) for error in refusals}) == len(refusals)
    assert all(error.reason and error.remedy for error in refusals)


ACCEPTED = [
    ("text", "en", "Date: {% if day is defined %}{{ day | date }}{% else %}soon{% endif %}."),
    ("html", "en", "<p>For you:</p><ul>{% for t in tags %}<li>{{ t }}</li>{% endfor %}</ul>"),
    ("text", "de", "Für dich ausgewählt:\n\n- Tassen\n   - Becher"),
    ("html", "de", "<p>Hallo {{ name }},</p><p>dein Paket ist da.</p>"),
    ("text", "de", "Rund um z. B. die Tasse inkl. ihrer Kanne, ca. eine Woche usw. und so fort."),
    ("text", "en", "Open it, e.g. with tea, etc., and wait ... Really?! Yes :)"),
    ("text", "en", "{% if note is defined %}{{ note }}, your{% else %}Your{% endif %} tea is in."),
    ("text", "en", "It is here{% if day is defined %} since {{ day | date }}{% endif %}."),
    ("json", "de", '{"a": "{{ note }} ansehen", "b": "Es ist da.", "c": "Node.JS und z.B. das"}'),
    # HTML does not show these, and an absent part may leave them
    ("html", "en", "<p> Hello   there. </p>\n<p>{% if vip %}You are first.{% endif %}</p>"),
    ("text", "en", "Hello. {% if vip %}You are first.{% endif %} Bye."),
    ("json", "de", '{"a": "Hallo. {% if vip %}Du bist vorn.{% endif %}"}'),
    ("text", "de", "50 % Rabatt, 10\u202f% extra; „Danke.“ Bis bald."),
]


@pytest.mark.parametrize(("format_", "locale", "text"), ACCEPTED)
def test_what_is_whole_passes(refuse: Refuse, format_: str, locale: str, text: str) -> None:
    """With and without the optional slots."""
    assert refuse(text, format_, locale) == []


def test_a_missing_end_mark_may_be_missing_everywhere(refuse: Refuse) -> None:
    """Titles and buttons have none."""
    assert refuse('{"a": "News{% if vip %} for you{% endif %}"}', "json", "en") == []
