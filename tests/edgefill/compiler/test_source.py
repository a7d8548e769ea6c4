"""Sources: places are exact, whatever Jinja2's lexer strips."""

from __future__ import annotations

import pytest

from edgefill.compiler.source import BLANK, source_of
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
    """Where the parser stopped; the line alone where the lexer tells no more."""
    with pytest.raises(TemplateRefused) as refused:
        source_of(text, "t").parse()
    assert (refused.value.line, refused.value.column, refused.value.rule) == (
        line,
        column,
        "syntax",
    )
    assert str(refused.value).startswith(f"t:{line}:{column}: not Jinja2")


def test_literals_keep_their_offsets() -> None:
    """Tags, expressions and comments are blanked out; raw text is not."""
    text = "a {{ b }}\n{%- if c %} d {% endif %}{# e #}{% raw %}{{ f }}{% endraw %}"
    literals = source_of(text, "t").literals()
    assert len(literals) == len(text)
    assert literals.replace(BLANK, "") == "a  d {{ f }}"
    assert all(found in (BLANK, there) for found, there in zip(literals, text, strict=True))


def test_one_last_newline_is_dropped() -> None:
    """As Jinja2 drops it; line ends become line feeds."""
    assert source_of("a\r\nb\r\n", "t").text == "a\nb"


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
def test_what_python_cannot_follow_is_refused(text: str, rule: str) -> None:
    """Depth and digits beyond Python's own limits have a place and a remedy too."""
    with pytest.raises(TemplateRefused) as refused:
        source_of(text, "t").parse()
    assert (refused.value.line, refused.value.rule) == (1, rule)
    assert refused.value.column > 1
    assert refused.value.remedy


@pytest.mark.parametrize(("text", "named"), [("{{ \ufeffa }}", "U+FEFF"), ("{{ \0 }}", "U+0000")])
def test_a_character_nobody_sees_is_named(text: str, named: str) -> None:
    """By its code point."""
    with pytest.raises(TemplateRefused, match=f"unexpected character {named[0]}.{named[2:]}"):
        source_of(text, "t").parse()
