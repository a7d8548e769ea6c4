"""A template is split into whole sentences whose tags are balanced."""

from __future__ import annotations

import pytest

from edgefill.core.errors import InvalidEngineOutput
from edgefill.drafting.transforming.template_sentences import list_template_sentences


def split(text: str, format_: str = "html") -> list[str]:
    return [
        "".join(part.text for part in each.parts) for each in list_template_sentences(text, format_)
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("<p>One. Two!</p><p>Three?</p>", ["One.", "Two!", "Three?"]),
        ("<p>One\n two.</p>", ["One two."]),
        ("<h2>Head</h2><p>One.</p>", ["Head", "One."]),
        ("<p>Tom &amp; &lt;Tim&gt; came.</p>", ["Tom & <Tim> came."]),
        ('<p>See <a href="{{ link }}">your <em>order</em></a>.</p>', ["See your order."]),
        ("<p>Am 3. Mai, z. B. heute.</p>", ["Am 3. Mai, z. B. heute."]),
        ("<p>„Ja.“ Sie kam.</p>", ["„Ja.“", "Sie kam."]),
        ("<p>Hello {{ n }},</p><p>you won.</p>", ["Hello {{ n }}, you won."]),
        ("<p>Hello {{ n }},</p><p>You won.</p>", ["Hello {{ n }},\nYou won."]),
        ("<p>Won.</p><p>Your crew</p>", ["Won."]),
        ("<p>Hello,</p>", []),
        ("", []),
        (
            "<p>Late. {% if d is defined %}It comes {{ d }}.{% else %}Wait. We write.{% endif %}",
            ["Late.", "{% if d is defined %}It comes {{ d }}.{% else %}Wait. We write.{% endif %}"],
        ),
        (
            "<p>It came{% if d is defined %} on {{ d }}{% endif %}. Enjoy!</p>",
            ["It came{% if d is defined %} on {{ d }}{% endif %}.", "Enjoy!"],
        ),
        (
            "{% if a %}<p>A.</p>{% endif %}{% if b %}<p>B.</p><p>C.</p>{% endif %}",
            ["{% if a %}A.{% endif %}", "{% if b %}B. C.{% endif %}"],
        ),
        ("<p>You get {{ d }}</p>", []),
        ("<p>Picks: {% for p in ps %}{{ p }}, {% endfor %}enjoy.</p>", 1),
        ("<ul>{% for p in ps %}<li>{{ p }}.</li>{% endfor %}</ul><p>Enjoy.</p>", ["Enjoy."]),
        ("<p>{# note #}One.</p>", ["One."]),
        ("<p>{% if a %}One. Two.</p>", []),
    ],
)
def test_an_html_text_is_split(text: str, sentences: list[str] | int) -> None:
    found = split(text)
    assert (len(found) if isinstance(sentences, int) else found) == sentences


@pytest.mark.parametrize(
    "text",
    ["One\ue000. \ue0010\ue001Two.", "One&#xE000;9&#xE001;. Two.", "One.&#57344;! {{ n }} two."],
)
def test_a_text_with_our_own_marks_is_read(text: str) -> None:
    """Private-use characters are no tags."""
    assert len(split(f"<p>{text}</p>")) == 2


def test_lines_of_a_text_are_blocks() -> None:
    """References and angle brackets of plain text stay as they are."""
    assert split("Hello {{ n }}!\nA &amp; <b> came.\nYour crew", "text") == [
        "Hello {{ n }}!",
        "A &amp; <b> came.",
    ]


def test_the_first_member_of_json_is_the_heading() -> None:
    body = 'It \\"is\\" here{% if d %} at {{ d | date("s") }}{% endif %}.'
    text = f'{{"title": "{{{{ n }}}} came", "body": "{body}"}}'
    heading, sentence = list_template_sentences(text, "json")
    assert (heading.is_heading, sentence.is_heading) == (True, False)
    assert "".join(part.text for part in sentence.parts) == (
        'It "is" here{% if d %} at {{ d | date("s") }}{% endif %}.'
    )


@pytest.mark.parametrize("text", ["{", "[1]", "{}", '{"a": {{ n }}}', '{"a": ["x"]}'])
def test_json_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidEngineOutput, match="not a JSON object of strings"):
        list_template_sentences(text, "json")


def test_the_words_of_a_sentence_are_its_names() -> None:
    """Not its filters, fields and literals."""
    text = (
        '<p>{% if gift is defined and tier == "gold" %}{{ gift | money }} {{ p.title }}{% endif %}.'
    )
    (sentence,) = list_template_sentences(text, "html")
    assert {"gift", "tier", "p"} <= sentence.words
    assert not {"money", "title", "gold"} & sentence.words
