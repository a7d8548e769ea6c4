"""The rules that a generated text must follow: its constraint and its stop strings.

`select_constraint` reads the one constraint of a request; every engine checks it the same way.
`ConformanceChecker` checks a text that another server generated, with the llguidance grammar that
constrains our own models. `StopStringFilter` ends a text before its first stop string.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from edgefill.core.errors import InvalidEngineOutput, RequestRefused
from gpu_service.engines.engine import Delta, GenerationRequest


def select_constraint(request: GenerationRequest) -> tuple[str, str] | None:
    """("grammar" | "json_schema" | "regex", its text) or None; RequestRefused for more than one."""
    kinds = ("grammar", "json_schema", "regex")
    chosen = [kind for kind in kinds if getattr(request, kind) is not None]
    if chosen and request.ignore_eos:
        raise RequestRefused(
            f"ignore_eos: a text under a {chosen[0]} ends where the {chosen[0]} does"
        )
    if len(chosen) > 1:
        raise RequestRefused(f"{' and '.join(chosen)}: only one constraint is allowed")
    if not chosen:
        return None
    text = str(getattr(request, chosen[0]))
    if not text.strip():
        raise RequestRefused(f"{chosen[0]}: it is empty; leave it out or write one")
    return chosen[0], text


class ConformanceChecker:
    """Checks one text, delta by delta; RequestRefused when its constraint cannot be compiled."""

    def __init__(self, matcher: Any = None, *, must_be_complete: bool = True) -> None:
        self._matcher = matcher
        self._must_be_complete = must_be_complete  # False: a stop string may end it earlier

    @classmethod
    def for_request(cls, request: GenerationRequest) -> ConformanceChecker:
        """The checker of `request`'s constraint; it accepts any text when there is none."""
        constraint = select_constraint(request)
        if constraint is None:
            return cls()
        from llguidance import LLMatcher  # noqa: PLC0415 only constrained requests pay for it

        kind, text = constraint
        try:
            grammar = _compile_grammar(LLMatcher, kind, text)
        except ValueError as error:
            raise RequestRefused(f"{kind}: {str(error)[:300]}") from error
        matcher = LLMatcher(_make_byte_tokenizer(), grammar, log_level=0)
        if matcher.is_error():
            raise RequestRefused(f"{kind}: {matcher.get_error()[:300]}")
        return cls(matcher, must_be_complete=not request.stop)

    def check(self, delta: Delta) -> None:
        """InvalidEngineOutput when `delta` breaks the constraint or ends the text too early."""
        if self._matcher is None:
            return
        text = delta.text.encode("utf-8", "surrogatepass")
        if text and not self._matcher.consume_tokens(list(text)):
            raise InvalidEngineOutput("the server's text breaks its grammar")
        is_end = delta.finish_reason == "stop" and self._must_be_complete
        if is_end and not self._matcher.is_accepting():
            raise InvalidEngineOutput("the server's text ends before its grammar does")


class StopStringFilter:
    """Takes a text piece by piece and holds back what may be the beginning of a stop string."""

    def __init__(self, strings: tuple[str, ...]) -> None:
        self._strings = tuple(filter(None, strings))
        self._pending = ""
        self.has_stopped = False

    def filter(self, piece: str) -> str:
        """The text that may be emitted now; `has_stopped` is True once a stop string was found."""
        text = self._pending + piece
        ends = [place for stop in self._strings if (place := text.find(stop)) >= 0]
        if ends:
            self.has_stopped, self._pending = True, ""
            return text[: min(ends)]
        keep = max((_count_overlap(text, stop) for stop in self._strings), default=0)
        self._pending = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """The text that was held back, at the end of the text."""
        pending, self._pending = self._pending, ""
        return pending


def _compile_grammar(matcher: Any, kind: str, text: str) -> Any:
    if kind == "json_schema":
        return matcher.grammar_from_json_schema(text)
    return matcher.grammar_from_regex(text) if kind == "regex" else text


@cache
def _make_byte_tokenizer() -> Any:
    from llguidance import LLTokenizer  # noqa: PLC0415 as above

    return LLTokenizer("byte")


def _count_overlap(text: str, stop: str) -> int:
    """How many characters at the end of `text` are the beginning of `stop`."""
    most = min(len(text), len(stop) - 1)
    return next((n for n in range(most, 0, -1) if text.endswith(stop[:n])), 0)
