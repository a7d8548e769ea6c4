"""Computes the most bytes that a template can fill to, whatever the values are."""

from __future__ import annotations

from edgefill.compiler.language.typed_tree import Body, ForNode, IfNode, Node, PutNode, StaticNode

# most UTF-8 bytes of one escaped character: &#34; in html, \u001f in json, U+10FFFF in text
_MAX_ESCAPED_BYTES = {"html": 5, "json": 6, "text": 4}
_MAX_UNESCAPED_BYTES = 4


def measure_max_bytes(body: Body, format_: str) -> int:
    """The worst case: each slot at its limit, each list at its bound, the longest branches."""
    return sum(_measure_node(node, format_) for node in body)


def _measure_node(node: Node, format_: str) -> int:
    match node:
        case StaticNode(text=text):
            return len(text.encode())
        case PutNode(value=value):
            per_character = (
                _MAX_UNESCAPED_BYTES if value.escape_free else _MAX_ESCAPED_BYTES[format_]
            )
            return value.max_chars * per_character
        case IfNode(arms=arms, otherwise=otherwise):
            bodies = (otherwise, *(body for _, body in arms))
            return max(measure_max_bytes(body, format_) for body in bodies)
        case ForNode(bound=bound, body=inner):
            return bound * measure_max_bytes(inner, format_)
