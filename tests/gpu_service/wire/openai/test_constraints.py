"""Constraints read from OpenAI's and vLLM's fields."""

from __future__ import annotations

from typing import Any

import pytest
from llguidance import LLMatcher, LLTokenizer
from pydantic import ValidationError

from gpu_service.wire.openai.chat import ChatCompletionRequest
from gpu_service.wire.openai.constraints import StructuredOutputs

CHAT = {"model": "m", "messages": [{"role": "user", "content": "x"}]}


@pytest.mark.parametrize("choice", ["yes", 'say "no"', "new\nline", "back\\slash", "grün"])
def test_a_choice_is_a_grammar_of_itself(choice: str) -> None:
    """Whatever characters it contains."""
    grammar = StructuredOutputs(choice=[choice, "other"]).to_request_fields()["grammar"]
    matcher = LLMatcher(LLTokenizer("byte"), grammar, log_level=0)
    assert matcher.consume_tokens(list(choice.encode()))
    assert matcher.is_accepting()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"structured_outputs": {"regex": "a", "grammar": "b"}}, "name one of"),
        ({"structured_outputs": {"regex": ""}}, "at least 1"),
        ({"structured_outputs": {"choice": []}}, "at least 1"),
        ({"response_format": {"type": "json_schema"}}, "json_schema: it is needed with"),
        ({"response_format": {"type": "json_object"}, "guided_regex": "a"}, "write one of them"),
        ({"response_format": {"type": "xml"}}, "json_object"),
        ({"guided_regex": "a", "guided_grammar": "b"}, "name one of"),
    ],
)
def test_more_or_less_than_one_constraint_is_refused(fields: dict[str, Any], says: str) -> None:
    """The error names the field of two constraints, or of an incomplete one."""
    with pytest.raises(ValidationError, match=says):
        ChatCompletionRequest.model_validate(CHAT | fields)
