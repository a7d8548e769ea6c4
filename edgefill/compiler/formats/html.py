"""Markup: where in HTML each blank stands, followed along every branch.

Only a text or a quoted attribute value may hold a blank; `href` holds one url slot and nothing
else, or a literal. Every branch must leave the markup as every other branch does.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from edgefill.compiler.source import Source
from edgefill.compiler.tree import Body, For, If, Put, Static
from edgefill.core.errors import TemplateRefused
from edgefill.template.coerce import is_safe_url

ALLOWED: dict[str, frozenset[str]] = {
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
VOID = frozenset({"br", "hr"})

_CLOSE = re.compile(r"</([A-Za-z][A-Za-z0-9]*)\s*>")
_OPEN = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"'<]+)\s*=\s*(["'])""")
_TAG_END = re.compile(r"\s*(/?)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the markup: open tags, the tag being written, the attribute value being written.

    `value` is what a url attribute holds so far; NUL stands for a slot.
    """

    open: tuple[str, ...] = ()
    tag: str = ""
    attribute: str = ""
    quote: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """Follows one template's markup; TemplateRefused at the first place that is not sound."""

    source: Source

    def check(self, body: Body) -> None:
        """The whole template: it must end outside of every tag."""
        end = self.follow(body, Spot())
        at = len(self.source.text)
        if end.tag:
            raise self._refused(at, "markup", f"<{end.tag} is not finished", "close the tag")
        if end.open:
            raise self._unclosed(at, end.open[-1])

    def follow(self, body: Body, spot: Spot) -> Spot:
        """The spot after `body`."""
        for node in body:
            match node:
                case Static(text=text, at=at):
                    spot = self._literal(text, at, spot)
                case Put():
                    spot = self._blank(node, spot)
                case If(at=at):
                    bodies = [*(inner for _, inner in node.arms), node.otherwise]
                    spot = self._one([self._inside(b, at, spot) for b in bodies], at)
                case For(body=inner, at=at):
                    spot = self._one([self._inside(inner, at, spot), spot], at)
        return spot

    def _inside(self, body: Body, at: int, spot: Spot) -> Spot:
        if spot.tag and spot.attribute in {"", "href"}:
            where = f"in <{spot.tag}>" if not spot.attribute else "in href"
            remedy = "put the whole tag into each branch"
            raise self._refused(at, "branch", f"a branch or loop {where}", remedy)
        return self.follow(body, spot)

    def _one(self, ends: list[Spot], at: int) -> Spot:
        if any(end != ends[0] for end in ends):
            raise self._refused(
                at,
                "balance",
                "the markup is not the same after every branch",
                "close in a branch or loop what it opens",
            )
        return ends[0]

    def _blank(self, node: Put, spot: Spot) -> Spot:
        if not spot.tag:
            return spot
        if not spot.attribute:
            remedy = "put slots into text or into quoted attribute values"
            raise self._refused(node.at, "context", "a slot as part of a tag", remedy)
        if spot.attribute != "href":
            return spot
        slot = node.value.slot
        if slot is None or slot.type != "url" or spot.value or not node.value.defined:
            raise self._refused(
                node.at,
                "href",
                "href holds something else than one url slot that is defined",
                'write href="{{ link }}" with an unfiltered url slot that has a default, '
                "or inside {% if link is defined %}",
            )
        return replace(spot, value="\0")

    def _literal(self, text: str, at: int, spot: Spot) -> Spot:
        place = 0
        while place < len(text):
            if spot.attribute:
                spot, place = self._value(text, place, at, spot)
            elif spot.tag:
                spot, place = self._attribute(text, place, at, spot)
            else:
                spot, place = self._text(text, place, at, spot)
        return spot

    def _text(self, text: str, place: int, at: int, spot: Spot) -> tuple[Spot, int]:
        start = text.find("<", place)
        if start < 0:
            return spot, len(text)
        if closing := _CLOSE.match(text, start):
            return self._closed(closing[1].lower(), at + start, spot), closing.end()
        opening = _OPEN.match(text, start)
        if opening is None:
            what = (
                "a comment or declaration"
                if text[start + 1 : start + 2] in {"!", "?"}
                else "a bare <"
            )
            remedy = "write &lt; for the character; slots cannot name tags"
            raise self._refused(at + start, "markup", what, remedy)
        tag = opening[1].lower()
        if tag not in ALLOWED:
            rule = "script" if tag in {"script", "style"} else "tag"
            known = ", ".join(sorted(ALLOWED))
            raise self._refused(at + start, rule, f"<{tag}> is not allowed", f"tags: {known}")
        return replace(spot, tag=tag), opening.end()

    def _closed(self, tag: str, at: int, spot: Spot) -> Spot:
        if spot.open[-1:] == (tag,):
            return replace(spot, open=spot.open[:-1])
        if tag in spot.open:
            raise self._unclosed(at, spot.open[-1])
        raise self._refused(at, "markup", f"</{tag}> closes nothing", "remove it")

    def _unclosed(self, at: int, tag: str) -> TemplateRefused:
        return self._refused(at, "markup", f"<{tag}> is not closed", f"write </{tag}>")

    def _attribute(self, text: str, place: int, at: int, spot: Spot) -> tuple[Spot, int]:
        if end := _TAG_END.match(text, place):
            if spot.tag not in VOID:
                if end[1]:
                    remedy = f"write <{spot.tag}></{spot.tag}>"
                    raise self._refused(at + place, "markup", "a tag closes itself", remedy)
                return Spot(open=(*spot.open, spot.tag)), end.end()
            return Spot(open=spot.open), end.end()
        found = _ATTRIBUTE.match(text, place)
        if found is None:
            raise self._refused(
                at + place,
                "attribute",
                f"<{spot.tag}> has an attribute that is unquoted, has no value or is a slot",
                'write name="value"',
            )
        name = found[1].lower()
        if name not in ALLOWED[spot.tag]:
            where = at + found.start(1)
            allowed = ", ".join(sorted(ALLOWED[spot.tag])) or "none"
            rule = "script" if name.startswith("on") or name == "style" else "attribute"
            reason = f"<{spot.tag}> may not have {name}"
            raise self._refused(where, rule, reason, f"attributes of <{spot.tag}>: {allowed}")
        return replace(spot, attribute=name, quote=found[2], value=""), found.end()

    def _value(self, text: str, place: int, at: int, spot: Spot) -> tuple[Spot, int]:
        end = text.find(spot.quote, place)
        literal = text[place : end if end >= 0 else len(text)]
        if spot.attribute == "href":
            value = spot.value + literal
            if "\0" in value and value != "\0":
                remedy = "let the url slot hold the whole address"
                raise self._refused(at + place, "href", "href mixes a slot with text", remedy)
            if end >= 0 and value != "\0" and not is_safe_url(html.unescape(value)):
                remedy = "write an http, https, mailto or relative address"
                raise self._refused(at + place, "href", "href leads to another scheme", remedy)
            spot = replace(spot, value=value)
        if end < 0:
            return spot, len(text)
        return replace(spot, attribute="", quote="", value=""), end + 1

    def _refused(self, at: int, rule: str, reason: str, remedy: str) -> TemplateRefused:
        return self.source.refused(at, rule=rule, reason=reason, remedy=remedy)
