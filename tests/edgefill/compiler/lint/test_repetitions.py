"""What a text says twice is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.core.errors import TemplateRefused

Refuse = Callable[..., list[TemplateRefused]]


@pytest.mark.parametrize(
    ("format_", "locale", "text", "second"),
    [
        ("text", "en", "It is late. It is late.", "It is late."),
        ("text", "en", "See you soon! See you soon.", "See you soon."),
        ("text", "en", "We keep it for you, we keep it for you.", "we keep it"),
        ("html", "en", "<h2>This is for you</h2><p>This is for you.</p>", "This is for you."),
        (
            "html",
            "en",
            "<h2>Low tide for the price</h2><p>Low tide for the price: <b>{{ note }}</b>.</p>",
            "Low tide for the price:",
        ),
        (
            "json",
            "en",
            '{"title": "By {{ note }} today, {{ name }}", "body": "By {{ note }} today. Hello."}',
            "By {{ note }} today. ",
        ),
        (
            "text",
            "de",
            "Das Paket ist heute bei uns in {{ note }} angekommen, weil {{ name }} es will. "
            "Und das Paket ist heute bei uns in der Stadt.",
            "das Paket ist heute",
        ),
        ("text", "de", "Danke für alles.\n\nDanke für alles.", "Danke für alles."),
        (
            "text",
            "de",
            "Es ist da.{% if note is defined %} {{ note }} kommt bald.{% else %} Es ist da."
            "{% endif %}",
            "Es ist da.{% endif",
        ),
    ],
)
def test_repetitions_are_refused_at_their_second_place(
    refuse: Refuse, format_: str, locale: str, text: str, second: str
) -> None:
    """Sentences, clauses, titles in JSON and long runs of words."""
    (error,) = refuse(text, format_, locale, "repetition")
    assert error.column + text.rfind("\n") == text.rindex(second)
    assert "twice" in error.reason
    assert error.remedy


@pytest.mark.parametrize(
    ("format_", "locale", "text"),
    [
        ("text", "en", "Thank you. We thank you, {{ name }}. Hello, hello!"),
        ("text", "en", "We are sorry for the wait. For the wait, we owe you {{ note }}."),
        (
            "html",
            "en",
            "<ul>{% for p in parts %}<li>{{ p.title }}: see it here</li>{% endfor %}</ul>",
        ),
        ("text", "de", "{% if vip %}Es ist heute da.{% else %}Es ist heute da, ja.{% endif %}"),
        ("text", "de", "Dein Paket ist auf dem Weg. Es ist auf dem Weg zu dir, und zwar schnell."),
    ],
)
def test_what_only_resembles_passes(refuse: Refuse, format_: str, locale: str, text: str) -> None:
    """Short words, the rounds of a loop, and branches of which a visitor reads one."""
    assert refuse(text, format_, locale) == []


def test_long_repetitions_are_quoted_in_part(refuse: Refuse) -> None:
    """A message does not repeat a whole paragraph."""
    sentence = "We have a lot of coffee for you and your whole crew of friendly sailors here. "
    (error,) = refuse((sentence * 2).strip(), "text", "en", "repetition")
    assert "...' twice" in error.reason
