"""What a writer left in a text by mistake is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler.lint.leftovers import find_chat, find_placeholders, find_template_syntax
from edgefill.core.errors import TemplateRefused

Refuse = Callable[..., list[TemplateRefused]]


@pytest.mark.parametrize(
    "text",
    [
        "Hi *|FNAME|*, your parcel is here.",
        "Hi {!Contact.FirstName}, your parcel is here.",
        "Hi %%FirstName%%, your parcel is here.",
        "Hi [[name]], your parcel is here.",
        "Hi <<name>>, your parcel is here.",
        "Hi <%= name %>, your parcel is here.",
        "Hi $name$, your parcel is here.",
        "Hi ${name}, your parcel is here.",
        "Hi #{name}, your parcel is here.",
        "Hi {name}, your parcel is here.",
        "Hi [Your Name], your parcel is here.",
        "Hi __NAME__, your parcel is here.",
        "Hallo [Dein Name], dein Paket ist da.",
        "Hallo {vorname}, dein Paket ist da.",
        "Hallo %NAME%, dein Paket ist da.",
    ],
)
def test_placeholders_of_other_systems_are_found(text: str) -> None:
    """Each is found once and whole."""
    (finding,) = find_placeholders(text)
    assert finding.rule == "placeholder"
    assert text[: finding.start] in {"Hi ", "Hallo "}
    assert text[finding.end] == ","


@pytest.mark.parametrize(
    "text",
    [
        "It costs $20 or 20 $, 5 % off, 100%.",
        "(see above) [1] * terms apply *",
        "snake_case, C# and A|B",
        "Es kostet 20 $, das sind 5 % weniger.",
    ],
)
def test_ordinary_signs_are_not_placeholders(text: str) -> None:
    """Amounts, percents and marks in brackets are text."""
    assert list(find_placeholders(text)) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Your parcel is here endif", "endif"),
        ("Dein Paket ist da endfor.", "endfor"),
        ("if eta is defined It arrives soon", "is defined"),
        ("eta is not defined", "is not defined"),
        ("if not loop.last, then", "loop.last"),
        ("It arrives soon %}", "%}"),
        ("Total: total | money.", "| money"),
        ("Hello name }} there", "}}"),
        ("Hello {# note #}", "{#"),
    ],
)
def test_template_syntax_outside_tags_is_found(text: str, part: str) -> None:
    """Its words and its marks."""
    finding, *_ = find_template_syntax(text, "text")
    assert text[finding.start : finding.end] == part
    assert finding.rule == "template-syntax"


@pytest.mark.parametrize(
    "text",
    [
        "If you like it, tell us. The end. For you: a loop in the yarn, a definite yes.",
        "Wenn es dir gefällt, sag es uns. Das Ende ist nah.",
    ],
)
def test_ordinary_words_are_not_syntax(text: str) -> None:
    """Common words that the template language has too are text."""
    assert list(find_template_syntax(text, "text")) == []


def test_two_json_objects_may_end_together(refuse: Refuse) -> None:
    """Only there are two closing braces no leftover."""
    assert refuse('{"a": {"b": "Hello there."}}', "json", "en") == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Here is the template: Hello.", "Here is the template"),
        ("Here's your friendly message:", "Here's your friendly message"),
        ("Sure, your parcel is here.", "Sure,"),
        ("Certainly! Here it is.", "Certainly! Here"),
        ("Of course, I wrote it.", "Of course, I"),
        ("Template: Hello.", "Template:"),
        ("Subject: Your parcel", "Subject:"),
        ("Hello.\nI hope this helps", "I hope this helps"),
        ("Let me know if you'd like any changes", "Let me know if you'd like any changes"),
        ("As an AI, we ship.", "As an AI"),
        ("```html", "```"),
        ("Hier ist die Vorlage:", "Hier ist die Vorlage"),
        ("Hier ist dein kurzer Text:", "Hier ist dein kurzer Text"),
        ("Gerne! Hier ist sie:", "Gerne! Hier ist"),
        ("Vorlage: Hallo.", "Vorlage:"),
        ("Betreff: Dein Paket", "Betreff:"),
        ("Ich hoffe, das hilft", "Ich hoffe, das hilft"),
        ("Als KI schreibe ich", "Als KI"),
    ],
)
def test_chat_around_a_text_is_found(text: str, part: str) -> None:
    """In English and German; labels and interjections only where a line begins."""
    finding, *_ = find_chat(text)
    assert text[finding.start : finding.end] == part
    assert finding.rule == "chat"


@pytest.mark.parametrize(
    "text",
    [
        "Here is your parcel. Here is the link.",
        "We make sure, as always, that it is fresh.",
        "Of course, you can send it back within 30 days.",
        "Our text: a poem. Write us a message.",
        "Natürlich, das geht auch ohne Konto.",
        "Hier ist dein Paket. Gerne wieder!",
        "Ich hoffe, das Paket ist da.",
    ],
)
def test_ordinary_sentences_are_not_chat(text: str) -> None:
    """The same words to a customer pass."""
    assert list(find_chat(text)) == []


def test_leftovers_are_refused_wherever_a_reader_finds_them(refuse: Refuse) -> None:
    """In HTML, text and JSON, with the place and a remedy."""
    (error,) = refuse("<p>Here is the template</p>", "html", "en", "chat")
    assert (error.line, error.column) == (1, 4)
    assert error.remedy
    (error,) = refuse('{"a": "Sure, it is here."}', "json", "en", "chat")
    assert error.column == 8
    (error,) = refuse("Hello there endif.", "text", "en", "template-syntax")
    assert error.column == 13
