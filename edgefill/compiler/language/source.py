"""A template's text with the exact offset of every token and node.

Jinja2's nodes know only their line. Its parser copies each token's line number object into the
nodes, so the tokens here carry a `TokenLine`: a line number that also knows its offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from edgefill.core.errors import TemplateRefused

# replaces each character of a template that is not literal text
BLANKED = "\x00"
# nested expressions; edgefill/template/expressions.py reads up to 40
MAX_EXPRESSION_DEPTH = 24


class TokenLine(int):
    """A line number, from 1, that also knows its offset in the source."""

    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSource:
    """A template's text as Jinja2 reads it: line ends are line feeds, without a final one."""

    name: str
    text: str

    def make_refusal(self, offset: int, *, rule: str, reason: str, remedy: str) -> TemplateRefused:
        """The error that refuses the template at `offset`; the caller raises or collects it."""
        return TemplateRefused(
            template=self.name,
            line=self.text.count("\n", 0, offset) + 1,
            column=offset - self.text.rfind("\n", 0, offset),
            reason=reason,
            remedy=remedy,
            rule=rule,
        )

    def tokenize(self) -> Iterator[tuple[TokenLine, str, str]]:
        """Jinja2's raw tokens (kind and text), each with its line and offset."""
        end = 0
        for number, kind, value in _make_environment().lexer.tokeniter(self.text, None):
            line = TokenLine(number)
            line.offset = self.text.index(value, end)
            end = line.offset + len(value)
            yield line, kind, value

    def parse(self) -> nodes.Template:
        """Jinja2's tree; TemplateRefused if the text is not Jinja2 or is nested too deeply."""
        environment = _make_environment()
        parser = Parser(environment, "")
        try:
            tokens = environment.lexer.wrap(self.tokenize())
            parser.stream = TokenStream(tokens, None, None)
            tree = parser.parse()
        except (RecursionError, ValueError) as error:
            raise self._explain_python_limit(parser, error) from None
        except TemplateSyntaxError as error:
            raise self.make_refusal(
                self._find_error_offset(error),
                rule="syntax",
                reason=f"not Jinja2: {_name_hidden_characters(error.message or '')}",
                remedy="write {{ slot }}, {% if slot %}...{% endif %} or {% for x in list %}",
            ) from error
        self._check_depth(tree)
        return tree

    def extract_literals(self) -> str:
        """The literal text at unchanged offsets; all other characters are BLANKED."""
        characters = [BLANKED] * len(self.text)
        for line, kind, value in self.tokenize():
            if kind == "data":
                characters[line.offset : line.offset + len(value)] = value
        return "".join(characters)

    def _explain_python_limit(self, parser: Parser, error: Exception) -> TemplateRefused:
        """The refusal for a limit of Python that Jinja2's parser met: recursion, or int digits."""
        offset = getattr(parser.stream.current.lineno, "offset", 0)
        if isinstance(error, RecursionError):
            return self._make_depth_refusal(offset)
        return self.make_refusal(
            offset,
            rule="syntax",
            reason="a number has too many digits",
            remedy="compare with a shorter number",
        )

    def _check_depth(self, tree: nodes.Template) -> None:
        """Refuse deep expressions before any recursive step; StatementTranslator limits blocks."""
        pending: list[tuple[nodes.Node, int]] = [(tree, 0)]
        while pending:
            node, depth = pending.pop()
            if depth > MAX_EXPRESSION_DEPTH:
                raise self._make_depth_refusal(offset_of(node))
            inner = depth + 1 if isinstance(node, nodes.Expr) else 0
            pending.extend((child, inner) for child in node.iter_child_nodes())

    def _make_depth_refusal(self, offset: int) -> TemplateRefused:
        return self.make_refusal(
            offset,
            rule="language",
            reason=f"an expression or block is nested more than {MAX_EXPRESSION_DEPTH} deep",
            remedy="nest fewer parentheses, filters, tests or blocks",
        )

    def _find_error_offset(self, error: TemplateSyntaxError) -> int:
        """The offset where the parser or lexer stopped; the lexer may only know the line."""
        if isinstance(error.lineno, TokenLine):
            return error.lineno.offset
        stated = re.search(r"at (\d+)$", error.message or "")
        if stated:
            return int(stated[1])
        lines = self.text.split("\n")[: error.lineno - 1]
        return sum(len(line) + 1 for line in lines)


def _make_environment() -> Environment:
    """Jinja2's settings for a text whose final line end `read_source` has already removed."""
    return Environment(keep_trailing_newline=True)  # noqa: S701 - parses, never renders


def read_source(text: str, name: str) -> TemplateSource:
    """`text` with line ends normalised as by Jinja2's lexer; errors call the template `name`."""
    lines = re.split("\r\n|\r|\n", text)
    if lines[-1] == "":
        del lines[-1]
    return TemplateSource(name=name, text="\n".join(lines))


def offset_of(node: nodes.Node) -> int:
    """The offset of a parsed node in its source."""
    if isinstance(node, nodes.Compare):
        # Jinja2 gives a comparison the line number of the token after it
        node = node.expr
    if isinstance(node, nodes.CondExpr):
        node = node.expr1
    return int(getattr(node.lineno, "offset", 0))


def _name_hidden_characters(message: str) -> str:
    """Jinja2's message, in which an unexpected invisible character is named by its code point."""

    def name_character(match: re.Match[str]) -> str:
        return f"character U+{int(match[1], 16):04X}"

    return re.sub(r"char '\\[xuU]([0-9a-fA-F]+)'", name_character, message)
