"""The worst case is computed from the typed tree."""

from __future__ import annotations

from edgefill.compiler.formats.size import measure_max_bytes
from edgefill.compiler.language.typed_tree import (
    ForNode,
    IfNode,
    PutNode,
    StaticNode,
    TypedExpression,
)


def test_the_worst_case_adds_up() -> None:
    """It counts static bytes, escaped characters, the longest arm and every item of a loop."""
    text = PutNode(value=TypedExpression(data=[], kind="text", max_chars=10), offset=0)
    number = PutNode(
        value=TypedExpression(data=[], kind="number", max_chars=10, escape_free=True), offset=0
    )
    branch = IfNode(arms=(([], (text,)),), otherwise=(number,), offset=0)
    body = (
        StaticNode(text="äb", offset=0),
        ForNode(name="x", slot="xs", bound=3, body=(branch,), offset=0),
    )
    assert measure_max_bytes(body, "html") == 3 + 3 * 50
    assert measure_max_bytes(body, "json") == 3 + 3 * 60
    assert measure_max_bytes(body, "text") == 3 + 3 * 40
