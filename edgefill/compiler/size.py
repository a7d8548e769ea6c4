"""Sizes: the most bytes a template can fill to, whatever the values."""

from __future__ import annotations

from edgefill.compiler.tree import Body, For, If, Node, Put, Static

# UTF-8 bytes of the costliest character once escaped: &#34; in html, \u001f in json, U+10FFFF
_COSTLIEST = {"html": 5, "json": 6, "text": 4}
_UNESCAPED = 4


def most_bytes(body: Body, format_: str) -> int:
    """The worst case: every slot at its limit, every list at its bound, the longest branches."""
    return sum(_node(node, format_) for node in body)


def _node(node: Node, format_: str) -> int:
    match node:
        case Static(text=text):
            return len(text.encode())
        case Put(value=value):
            return value.chars * (_UNESCAPED if value.plain else _COSTLIEST[format_])
        case If(arms=arms, otherwise=otherwise):
            return max(most_bytes(body, format_) for body in (otherwise, *(b for _, b in arms)))
        case For(bound=bound, body=inner):
            return bound * most_bytes(inner, format_)
