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

from edgefill.core.errors import TemplateRefused

BLANK = "\x00"  # stands for each character of a template that is no literal text

DEEPEST = 24  # expressions in expressions; core/expressions.py reads 40


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
        """Jinja2's tree; TemplateRefused when the text is not Jinja2, or nested too deep."""
        environment = Environment()  # noqa: S701 - parses, never renders
        parser = Parser(environment, "")
        try:
            tokens = environment.lexer.wrap(self.tokens())
            parser.stream = TokenStream(tokens, None, None)
            tree = parser.parse()
        except (RecursionError, ValueError) as error:
            raise self._unparsed(parser, error) from None
        except TemplateSyntaxError as error:
            raise self.refused(
                self._broken_at(error),
                rule="syntax",
                reason=f"not Jinja2: {_visible(error.message or '')}",
                remedy="write {{ slot }}, {% if slot %}...{% endif %} or {% for x in list %}",
            ) from error
        self._check_depth(tree)
        return tree

    def _unparsed(self, parser: Parser, error: Exception) -> TemplateRefused:
        """Python's own limits, met by Jinja2's parser: calls in calls, or digits of an integer."""
        at = getattr(parser.stream.current.lineno, "offset", 0)
        if isinstance(error, RecursionError):
            return self._too_deep(at)
        remedy = "compare with a shorter number"
        return self.refused(at, rule="syntax", reason="a number has too many digits", remedy=remedy)

    def _check_depth(self, tree: nodes.Template) -> None:
        """Refuse deep expressions before anything follows them down; statements: see Bodies."""
        ahead: list[tuple[nodes.Node, int]] = [(tree, 0)]
        while ahead:
            node, depth = ahead.pop()
            if depth > DEEPEST:
                raise self._too_deep(offset_of(node))
            inner = depth + 1 if isinstance(node, nodes.Expr) else 0
            ahead.extend((child, inner) for child in node.iter_child_nodes())

    def _too_deep(self, at: int) -> TemplateRefused:
        return self.refused(
            at,
            rule="language",
            reason=f"nesting over {DEEPEST} deep is not in the template language",
            remedy="write fewer parentheses, filters, tests or blocks inside each other",
        )

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


def _visible(message: str) -> str:
    """Jinja2 shows a character that it did not expect by `repr`; one nobody sees gets its name."""

    def named(match: re.Match[str]) -> str:
        return f"character U+{int(match[1], 16):04X}"

    return re.sub(r"char '\\[xuU]([0-9a-fA-F]+)'", named, message)


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
