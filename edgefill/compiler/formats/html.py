"""Checks HTML templates: follows the markup along every branch and knows each blank's context.

A blank may be in text or in a quoted attribute value; `href` holds exactly one url slot, or a
literal address. Every branch must leave the markup in the same state as every other branch.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from edgefill.compiler.language.source import TemplateSource
from edgefill.compiler.language.typed_tree import Body, ForNode, IfNode, PutNode, StaticNode
from edgefill.core.errors import TemplateRefused
from edgefill.template.coerce import is_safe_url

ALLOWED_ATTRIBUTES: dict[str, frozenset[str]] = {
    **{
        tag: frozenset()
        for tag in ("p", "h2", "h3", "strong", "em", "b", "i", "ul", "ol", "li", "br", "small")
    },
    **{tag: frozenset() for tag in ("code", "hr", "blockquote")},
    "a": frozenset({"href", "title"}),
    "span": frozenset({"class"}),
    "div": frozenset({"class"}),
    "time": frozenset({"datetime"}),
}
VOID_TAGS = frozenset({"br", "hr"})

_CLOSE = re.compile(r"</([A-Za-z][A-Za-z0-9]*)\s*>")
_OPEN = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"'<]+)\s*=\s*(["'])""")
_TAG_END = re.compile(r"\s*(/?)>")
# marks the slot in HtmlContext.value
_SLOT = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlContext:
    """A state of the markup: the open tags, and the tag and attribute that are being written."""

    open_tags: tuple[str, ...] = ()
    tag: str = ""
    attribute: str = ""
    quote: str = ""
    # what an href holds so far
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlChecker:
    """Checks one template's markup; TemplateRefused at the first place that is not valid.

    In every method `start` is the offset of a literal in the source and `position` an index in it.
    """

    source: TemplateSource

    def check(self, body: Body) -> None:
        """Check the whole template, which must end outside every tag."""
        end = self._follow(body, HtmlContext())
        offset = len(self.source.text)
        if end.tag:
            raise self._make_refusal(
                offset, "markup", f"the tag <{end.tag} is incomplete", "write its closing >"
            )
        if end.open_tags:
            raise self._make_unclosed_refusal(offset, end.open_tags[-1])

    def _follow(self, body: Body, context: HtmlContext) -> HtmlContext:
        """The context after `body`."""
        for node in body:
            match node:
                case StaticNode(text=text, offset=offset):
                    context = self._follow_literal(text, offset, context)
                case PutNode():
                    context = self._follow_blank(node, context)
                case IfNode(offset=offset):
                    bodies = [*(inner for _, inner in node.arms), node.otherwise]
                    ends = [self._follow_branch(inner, offset, context) for inner in bodies]
                    context = self._require_same_end(ends, offset)
                case ForNode(body=inner, offset=offset):
                    ends = [self._follow_branch(inner, offset, context), context]
                    context = self._require_same_end(ends, offset)
        return context

    def _follow_branch(self, body: Body, offset: int, context: HtmlContext) -> HtmlContext:
        if context.tag and context.attribute in {"", "href"}:
            place = "href" if context.attribute else f"the tag <{context.tag}>"
            raise self._make_refusal(
                offset,
                "branch",
                f"a branch or loop is inside {place}",
                "put the whole tag into each branch",
            )
        return self._follow(body, context)

    def _require_same_end(self, ends: list[HtmlContext], offset: int) -> HtmlContext:
        if any(end != ends[0] for end in ends):
            raise self._make_refusal(
                offset,
                "balance",
                "the branches leave different tags open",
                "close each tag in the branch or loop that opens it",
            )
        return ends[0]

    def _follow_blank(self, node: PutNode, context: HtmlContext) -> HtmlContext:
        if not context.tag:
            return context
        if not context.attribute:
            raise self._make_refusal(
                node.offset,
                "context",
                "a slot is part of a tag",
                "put slots into text or into quoted attribute values",
            )
        if context.attribute != "href":
            return context
        slot = node.value.slot
        if slot is None or slot.type != "url" or context.value or not node.value.defined:
            raise self._make_refusal(
                node.offset,
                "href",
                "href holds something other than one url slot that is always defined",
                'write href="{{ link }}" with an unfiltered url slot that has a default, '
                "or inside {% if link is defined %}",
            )
        return replace(context, value=_SLOT)

    def _follow_literal(self, text: str, start: int, context: HtmlContext) -> HtmlContext:
        position = 0
        while position < len(text):
            if context.attribute:
                context, position = self._follow_value(text, position, start, context)
            elif context.tag:
                context, position = self._follow_tag(text, position, start, context)
            else:
                context, position = self._follow_text(text, position, start, context)
        return context

    def _follow_text(
        self, text: str, position: int, start: int, context: HtmlContext
    ) -> tuple[HtmlContext, int]:
        at = text.find("<", position)
        if at < 0:
            return context, len(text)
        if closing := _CLOSE.match(text, at):
            return self._close_tag(closing[1].lower(), start + at, context), closing.end()
        opening = _OPEN.match(text, at)
        if opening is None:
            is_declaration = text[at + 1 : at + 2] in {"!", "?"}
            raise self._make_refusal(
                start + at,
                "markup",
                "a comment or declaration" if is_declaration else "a < that does not open a tag",
                "remove it, or write &lt; for the character; slots cannot name tags",
            )
        tag = opening[1].lower()
        if tag not in ALLOWED_ATTRIBUTES:
            raise self._make_refusal(
                start + at,
                "script" if tag in {"script", "style"} else "tag",
                f"<{tag}> is not allowed",
                f"the allowed tags are: {', '.join(sorted(ALLOWED_ATTRIBUTES))}",
            )
        return replace(context, tag=tag), opening.end()

    def _close_tag(self, tag: str, offset: int, context: HtmlContext) -> HtmlContext:
        if context.open_tags[-1:] == (tag,):
            return replace(context, open_tags=context.open_tags[:-1])
        if tag in context.open_tags:
            raise self._make_unclosed_refusal(offset, context.open_tags[-1])
        raise self._make_refusal(offset, "markup", f"</{tag}> closes no open tag", "remove it")

    def _follow_tag(
        self, text: str, position: int, start: int, context: HtmlContext
    ) -> tuple[HtmlContext, int]:
        """From inside a tag to its end or to the value of its next attribute."""
        if end := _TAG_END.match(text, position):
            if context.tag in VOID_TAGS:
                return HtmlContext(open_tags=context.open_tags), end.end()
            if end[1]:
                raise self._make_refusal(
                    start + position,
                    "markup",
                    f"<{context.tag}/> closes itself",
                    f"write <{context.tag}></{context.tag}>",
                )
            return HtmlContext(open_tags=(*context.open_tags, context.tag)), end.end()
        match = _ATTRIBUTE.match(text, position)
        if match is None:
            raise self._make_refusal(
                start + position,
                "attribute",
                f"<{context.tag}> has an attribute that is unquoted, has no value or is a slot",
                'write name="value"',
            )
        name = match[1].lower()
        allowed = ALLOWED_ATTRIBUTES[context.tag]
        if name not in allowed:
            raise self._make_refusal(
                start + match.start(1),
                "script" if name.startswith("on") or name == "style" else "attribute",
                f"<{context.tag}> may not have the attribute {name}",
                f"the attributes of <{context.tag}> are: {', '.join(sorted(allowed)) or 'none'}",
            )
        return replace(context, attribute=name, quote=match[2], value=""), match.end()

    def _follow_value(
        self, text: str, position: int, start: int, context: HtmlContext
    ) -> tuple[HtmlContext, int]:
        """From inside an attribute's value to its closing quote or to the end of the literal."""
        end = text.find(context.quote, position)
        literal = text[position : end if end >= 0 else len(text)]
        if context.attribute == "href":
            value = context.value + literal
            self._check_href(value, start + position, complete=end >= 0)
            context = replace(context, value=value)
        if end < 0:
            return context, len(text)
        return replace(context, attribute="", quote="", value=""), end + 1

    def _check_href(self, value: str, offset: int, *, complete: bool) -> None:
        if _SLOT in value and value != _SLOT:
            raise self._make_refusal(
                offset,
                "href",
                "href mixes a slot with text",
                "let the url slot hold the whole address",
            )
        if complete and value != _SLOT and not is_safe_url(html.unescape(value)):
            raise self._make_refusal(
                offset,
                "href",
                "href has an address with a scheme that is not allowed",
                "write an http, https, mailto or relative address",
            )

    def _make_unclosed_refusal(self, offset: int, tag: str) -> TemplateRefused:
        return self._make_refusal(offset, "markup", f"<{tag}> is not closed", f"write </{tag}>")

    def _make_refusal(self, offset: int, rule: str, reason: str, remedy: str) -> TemplateRefused:
        return self.source.make_refusal(offset, rule=rule, reason=reason, remedy=remedy)
