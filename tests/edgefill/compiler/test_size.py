"""Sizes: the worst case is no less than any case."""

from __future__ import annotations

from edgefill.compiler.size import most_bytes
from edgefill.compiler.tree import For, If, Put, Static, Typed


def test_the_worst_case_adds_up() -> None:
    """Static bytes, costly characters, the longest arm, every round of a loop."""
    text = Put(value=Typed(data=[], kind="text", chars=10), at=0)
    number = Put(value=Typed(data=[], kind="number", chars=10, plain=True), at=0)
    branch = If(arms=(([], (text,)),), otherwise=(number,), at=0)
    body = (Static(text="äb", at=0), For(name="x", slot="xs", bound=3, body=(branch,), at=0))
    assert most_bytes(body, "html") == 3 + 3 * 50
    assert most_bytes(body, "json") == 3 + 3 * 60
    assert most_bytes(body, "text") == 3 + 3 * 40
