"""Filled pages as plain text."""

import pytest

from edgefill.cli.authoring.readable_text import make_readable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <strong>Ada</strong>!</p><p>Bye\n  now</p>", "Hello Ada!\n\nBye now"),
        (
            '<p>For you:</p>\n<ul><li><a href="/a">Mug</a>, 5</li><li>Throw</li></ul>',
            "For you:\n\n- Mug (/a), 5\n- Throw",
        ),
        ("<h2>News</h2>One<br>two<a>three</a></a>", "News\n\nOne\ntwothree"),
        ("<p>Tern &amp; Tide &lt;3</p>", "Tern & Tide <3"),
    ],
)
def test_html_becomes_paragraphs_and_dashes(html: str, text: str) -> None:
    """Tags are gone, characters are those that a visitor sees."""
    assert make_readable(html, "text/html; charset=utf-8") == text


def test_json_becomes_its_values() -> None:
    """One a line, list items with dashes; names are for programs."""
    body = '{"title": "Sale", "days": 3, "picks": [{"name": "Mug", "price": "5"}, "Throw"]}'
    assert make_readable(body, "application/json") == "Sale\n3\n- Mug, 5\n- Throw"


@pytest.mark.parametrize(
    ("body", "kind"), [("Hi <b>\n", "text/plain"), ("{damaged\n", "application/json"), ("x", "")]
)
def test_other_text_stays_as_it_is(body: str, kind: str) -> None:
    """Plain text has no markup; damaged JSON is shown."""
    assert make_readable(body, kind) == body.strip()
