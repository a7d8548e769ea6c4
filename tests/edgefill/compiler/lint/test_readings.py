"""A template is read as visitors see it, in every combination of slots."""

from __future__ import annotations

from collections.abc import Callable

from edgefill.compiler.language.expressions import ExpressionTranslator
from edgefill.compiler.language.source import read_source
from edgefill.compiler.language.statements import StatementTranslator
from edgefill.compiler.language.typed_tree import Scope
from edgefill.compiler.lint.readings import MAX_READINGS, Reading, read_combinations
from edgefill.core.experience import Experience

Make = Callable[..., Experience]


def read(text: str, experience: Experience) -> list[Reading]:
    source = read_source(text, "t")
    scope = Scope(variables={slot.name: slot for slot in experience.slots})
    expressions = ExpressionTranslator(
        source=source, locale="en", slot_names=frozenset(scope.variables)
    )
    statements = StatementTranslator(expressions=expressions, allow_booleans=False)
    body = statements.translate_body(source.parse().body, scope)
    assert statements.refusals == []
    return read_combinations(body, experience)


def list_texts(readings: list[Reading]) -> list[list[str]]:
    """The passages of each reading, each blank as an underscore."""
    return [
        ["".join("_" if "\ue000" <= c <= "\uf8ff" else c for c in passage.text) for passage in each]
        for each in readings
    ]


def test_html_is_read_in_blocks_with_folded_blanks(make_experience: Make) -> None:
    """Inline tags do not cut, references are decoded, attributes are not read."""
    text = (
        "<p>Hi  <b>there</b> \n you &amp; me</p>\n<p></p>"
        "<ul><li><a href='/x' title=\"a>b\">go</a></li></ul>"
    )
    assert list_texts(read(text, make_experience())) == [["Hi there you & me", "go"]]


def test_json_is_read_by_field(make_experience: Make) -> None:
    """Names are not read; escape sequences are decoded."""
    (reading,) = read('{"a": "x \\"y\\"", "b" : ["z"]}', make_experience("json"))
    assert [(each.name, each.text) for each in reading] == [("a", 'x "y"'), ("b", "z")]


def test_a_text_is_read_by_line(make_experience: Make) -> None:
    """Empty lines are left out."""
    assert list_texts(read("Hi\n\nthere ", make_experience("text"))) == [["Hi", "there "]]


def test_optional_slots_are_read_present_and_absent(make_experience: Make) -> None:
    """The fullest reading comes first; a slot with a default is always there; lists have two."""
    text = (
        "a{% if note is defined %} {{ note }}{% endif %}{% if name is defined %}!{% else %}?"
        "{% endif %}{% for t in tags %}{{ t }}{% if not loop.last %}, {% endif %}{% endfor %}"
    )
    assert list_texts(read(text, make_experience("text"))) == [["a _!_, _"], ["a!_, _"]]


def test_every_character_knows_its_place(make_experience: Make) -> None:
    """A blank's is that of its expression."""
    text = "<p>Hi &amp; {{ note }}</p><p> x</p>"
    first, second = read(text, make_experience())[0]
    assert [text[offset] for offset in first.offsets[:4]] == list("Hi &")
    assert text[first.offsets[5] :].startswith("note")
    assert text[second.offsets[0]] == "x"


def test_the_combinations_are_limited(make_experience: Make) -> None:
    """By their number and by their characters."""
    tests = "".join(f"{{% if n is defined and n > {i} %}}{i} {{% endif %}}" for i in range(8))
    assert len(read(tests, make_experience("text"))) == MAX_READINGS
    assert len(read("x" * 80_000 + tests, make_experience("text"))) == 2


def test_a_template_without_words_has_empty_readings(make_experience: Make) -> None:
    """An empty text is one reading without passages."""
    assert read("", make_experience("text")) == [()]
    assert read("<p></p>", make_experience()) == [()]
