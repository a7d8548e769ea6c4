"""Places in a template are exact, whatever Jinja2's lexer strips."""

from __future__ import annotations

import pytest
from jinja2 import Environment
from jinja2.nodes import TemplateData

from edgefill.compiler.language.source import BLANKED, read_source
from edgefill.core.errors import TemplateRefused


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{{ a b }}", 1, 6),
        ("one\r\n  {%- if x %}\n{{ a b }}{% endif %}", 3, 6),
        ("{# note #}\n {{ ? }}", 2, 5),
        ("{{ 'x }}", 1, 4),
        ("ok\n{% if x %}", 2, 9),
        ("{{ (a] }}", 1, 1),
        ("ok\n{# never closed", 2, 1),
        ("{{ a", 1, 4),
        ("x\n{{ '\\x' }}", 2, 4),
    ],
)
def test_syntax_errors_have_a_place(text: str, line: int, column: int) -> None:
    """It is where the parser stopped; only a line where the lexer gives no more."""
    with pytest.raises(TemplateRefused) as refused:
        read_source(text, "t").parse()
    assert (refused.value.line, refused.value.column, refused.value.rule) == (
        line,
        column,
        "syntax",
    )
    assert str(refused.value).startswith(f"t:{line}:{column}: not Jinja2")


def test_literals_keep_their_offsets() -> None:
    """Tags, expressions and comments are blanked; raw text is not."""
    text = "a {{ b }}\n{%- if c %} d {% endif %}{# e #}{% raw %}{{ f }}{% endraw %}"
    literals = read_source(text, "t").extract_literals()
    assert len(literals) == len(text)
    assert literals.replace(BLANKED, "") == "a  d {{ f }}"
    assert all(
        literal in (BLANKED, original) for literal, original in zip(literals, text, strict=True)
    )


def test_a_final_newline_is_dropped() -> None:
    """Jinja2 drops it too; line ends become line feeds."""
    assert read_source("a\r\nb\r\n", "t").text == "a\nb"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ok {{ " + "(" * 2000 + "name" + ")" * 2000 + " }}", "language"),
        ("ok {{ name" + "|upper" * 3000 + " }}", "language"),
        ("{% if name %}" * 3000 + "{% endif %}" * 3000, "language"),
        ("{% if " + " and ".join(["name"] * 3000) + " %}{% endif %}", "language"),
        ("{% if n > " + "1" * 5000 + " %}{% endif %}", "syntax"),
    ],
)
def test_limits_of_python_are_refusals(text: str, rule: str) -> None:
    """Too deep nesting and too many digits have a place and a remedy too."""
    with pytest.raises(TemplateRefused) as refused:
        read_source(text, "t").parse()
    assert (refused.value.line, refused.value.rule) == (1, rule)
    assert refused.value.column > 1
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("text", "code_point"), [("{{ \ufeffa }}", "U+FEFF"), ("{{ \0 }}", "U+0000")]
)
def test_an_invisible_character_is_named(text: str, code_point: str) -> None:
    """The error gives its code point."""
    with pytest.raises(
        TemplateRefused, match=f"unexpected character {code_point[0]}.{code_point[2:]}"
    ):
        read_source(text, "t").parse()


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n\n\n", "\r\n\r\n", "\r\r", "\n \n", " \n\n"])
@pytest.mark.parametrize(
    "text", ["", "a", "{{ x }}", "{% if x %}a{% endif %}", "\n", "{% if x %}\n{% endif %}"]
)
def test_one_final_line_end_is_removed(text: str, end: str) -> None:
    """As Jinja2 does: a second one is text."""
    tree = read_source(text + end, "t").parse()
    reference = Environment().parse(text + end)
    assert [each.data for each in tree.find_all(TemplateData)] == [
        each.data for each in reference.find_all(TemplateData)
    ]
