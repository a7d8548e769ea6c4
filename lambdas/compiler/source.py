"""Sources: a template's text, and exact places in it.

Jinja2's nodes know their line alone. Its parser copies each token's line number object into the
nodes, so the tokens here carry a `Place`: a line number that knows its offset too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from lambdas.core.errors import TemplateRefused

BLANK = "\x00"  # stands for each character of a template that is no literal text


class Place(int):
    """A line number, from 1, that also knows its offset in the source."""

    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A template's text as Jinja2 reads it: line feeds alone, and no last one."""

    name: str
    text: str

    def refused(self, at: int, *, rule: str, reason: str, remedy: str) -> TemplateRefused:
        """The refusal of what stands at the offset `at`."""
        return TemplateRefused(
            template=self.name,
            line=self.text.count("\n", 0, at) + 1,
            column=at - self.text.rfind("\n", 0, at),
            reason=reason,
            remedy=remedy,
            rule=rule,
        )

    def tokens(self) -> Iterator[tuple[Place, str, str]]:
        """Jinja2's raw tokens, each with its place."""
        end = 0
        for line, kind, value in Environment().lexer.tokeniter(self.text, None):  # noqa: S701
            place = Place(line)
            place.offset = self.text.index(value, end)
            end = place.offset + len(value)
            yield place, kind, value

    def parse(self) -> nodes.Template:
        """Jinja2's tree; TemplateRefused when the text is not Jinja2."""
        environment = Environment()  # noqa: S701 - parses, never renders
        try:
            parser = Parser(environment, "")
            tokens = environment.lexer.wrap(self.tokens())
            parser.stream = TokenStream(tokens, None, None)
            return parser.parse()
        except TemplateSyntaxError as error:
            raise self.refused(
                self._broken_at(error),
                rule="syntax",
                reason=f"not Jinja2: {error.message}",
                remedy="write {{ slot }}, {% if slot %}...{% endif %} or {% for x in list %}",
            ) from error

    def _broken_at(self, error: TemplateSyntaxError) -> int:
        """Where the parser stopped, or the lexer: it says an offset, or no more than a line."""
        if isinstance(error.lineno, Place):
            return error.lineno.offset
        unread = re.search(r"at (\d+)$", error.message or "")
        if unread:
            return int(unread[1])
        lines = self.text.split("\n")[: error.lineno - 1]
        return sum(len(line) + 1 for line in lines)

    def literals(self) -> str:
        """The text with everything but its literal text blanked out, at unchanged offsets."""
        blanked = [BLANK] * len(self.text)
        for place, kind, value in self.tokens():
            if kind == "data":
                blanked[place.offset : place.offset + len(value)] = value
        return "".join(blanked)


def offset_of(node: nodes.Node) -> int:
    """Where a parsed node stands in its source."""
    if isinstance(node, nodes.Compare):
        node = node.expr  # Jinja2 notes the place behind a comparison
    if isinstance(node, nodes.CondExpr):
        node = node.expr1
    return int(getattr(node.lineno, "offset", 0))


def source_of(text: str, name: str) -> Source:
    """The text as Jinja2's lexer normalises it."""
    lines = re.split("\r\n|\r|\n", text)
    if lines[-1] == "":
        del lines[-1]
    return Source(name=name, text="\n".join(lines))
