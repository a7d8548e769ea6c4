"""What a writer left in a text by mistake is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler.lint.leftovers import find_chat, find_template_syntax
from edgefill.core.errors import TemplateRefused

Refuse = Callable[..., list[TemplateRefused]]


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


@pytest.mark.parametrize(
    "text",
    [
        "Here is the template you asked for:\nHello there.",
        "Here's your draft: Hello there.",
        "Certainly! Here you are. Hello.",
        "Sure, here is the message. Hello.",
        "Great! The following is short. Hello.",
        "Below is the friendly message.",
        "The following is a short e-mail.",
        "This is the draft.",
        "The template you requested.",
        "I've written it for new customers.",
        "I have kept the tone warm.",
        "Please replace the placeholders.",
        "Feel free to adjust the wording.",
        "Would you like me to shorten it?",
        "Note to the editor: short.",
        "End of template",
        "Option 1: Hello.",
        "Version B: Hello.",
        "Explanation: it is warm.",
        "Hello there. (42 words)",
        "Hello there.<|im_end|>",
        "[INST] Hello there. [/INST]",
        "```html\nHello there.\n```",
        "~~~\nHello there.",
        '"""Hello there.',
        "'''Hello there.",
        "`Hello there.`",
        "Hier ist die Vorlage: Hallo.",
        "Gerne! Hier ist der Text. Hallo.",
        "Hier der kurze Text: Hallo.",
        "Ich habe den Text für dich gekürzt.",
        "Bitte ersetze die Platzhalter.",
        "Soll ich den Text kürzen?",
        "Variante 2: Hallo.",
        "Ende der Vorlage",
        "Begründung: freundlich.",
    ],
)
def test_text_for_the_author_is_found(text: str) -> None:
    """Whatever model wrote it, in English and German."""
    assert {finding.rule for finding in find_chat(text)} == {"chat"}


@pytest.mark.parametrize(
    "text",
    [
        "Of course! You can return it within 30 days.",
        "Certainly. We deliver on Saturdays too.",
        "Here is your order. Here are the details of your delivery.",
        "The e-mail you requested is on its way.",
        "As requested, we have cancelled the order.",
        "Feel free to write to us. Let us know if you need help.",
        "Note: delivery takes three days. Your options: pick up or send.",
        "We have written to you. This is the right size.",
        "Hier ist dein Gutschein. Natürlich kannst du sie zurückgeben.",
        "Gerne helfen wir dir. Sollen wir sie noch einmal senden?",
        "Wir haben den Text der E-Mail gekürzt.",
    ],
)
def test_what_a_shop_says_is_not_for_the_author(text: str) -> None:
    """Sentences of shops with the same words."""
    assert list(find_chat(text)) == []
