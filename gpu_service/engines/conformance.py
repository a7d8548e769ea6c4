"""Conformance: whether a text that came from elsewhere keeps to its constraint, piece by piece.

llguidance reads the text byte by byte against the same grammar that constrains our own models.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from edgefill.core.errors import InvalidEngineOutput, RequestRefused
from gpu_service.engines.constraint import constraint
from gpu_service.engines.engine import Delta, GenerationRequest


class Conformance:
    """The check of one text; RequestRefused when its constraint cannot be compiled."""

    def __init__(self, matcher: Any = None, *, whole: bool = True) -> None:
        self._matcher = matcher
        self._whole = whole  # no stop string may end the text before its grammar does

    @classmethod
    def of(cls, request: GenerationRequest) -> Conformance:
        """The check that `request` asks for; of an unconstrained text, one that finds nothing."""
        asked = constraint(request)
        if asked is None:
            return cls()
        from llguidance import LLMatcher  # noqa: PLC0415 paid for by those who constrain

        kind, text = asked
        try:
            grammar = _grammar(LLMatcher, kind, text)
        except ValueError as error:
            raise RequestRefused(f"{kind}: {str(error)[:300]}") from error
        matcher = LLMatcher(_bytes(), grammar, log_level=0)
        if matcher.is_error():
            raise RequestRefused(f"{kind}: {matcher.get_error()[:300]}")
        return cls(matcher, whole=not request.stop)

    def take(self, delta: Delta) -> None:
        """InvalidEngineOutput when `delta` leaves the constraint, or ends too early."""
        if self._matcher is None:
            return
        text = delta.text.encode("utf-8", "surrogatepass")
        if text and not self._matcher.consume_tokens(list(text)):
            raise InvalidEngineOutput("the server's text leaves its grammar")
        ended = delta.finish_reason == "stop" and self._whole
        if ended and not self._matcher.is_accepting():
            raise InvalidEngineOutput("the server's text ends before its grammar does")


def _grammar(matcher: Any, kind: str, text: str) -> Any:
    if kind == "json_schema":
        return matcher.grammar_from_json_schema(text)
    return matcher.grammar_from_regex(text) if kind == "regex" else text


@cache
def _bytes() -> Any:
    from llguidance import LLTokenizer  # noqa: PLC0415 as above

    return LLTokenizer("byte")
