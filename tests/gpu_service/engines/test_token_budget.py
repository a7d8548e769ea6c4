"""How many tokens may follow a prompt."""

from __future__ import annotations

import pytest

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.token_budget import max_new_tokens


@pytest.mark.parametrize(("limit", "tokens"), [(None, 6), (4, 4), (6, 6), (100, 6)])
def test_a_text_is_limited_by_its_request_and_the_context(limit: int | None, tokens: int) -> None:
    """The smaller of `max_tokens` and what the prompt leaves of the context."""
    request = GenerationRequest(prompt="x", max_tokens=limit)
    assert max_new_tokens(request, 4, 10) == tokens


@pytest.mark.parametrize(
    ("limit", "prompt_tokens", "clip", "says"),
    [
        (0, 4, True, "max_tokens: 0; write 1 or more"),
        (None, 0, True, "prompt: it is empty"),
        (None, 10, True, "prompt: 10 tokens, the model's context is 10"),
        (7, 4, False, "max_tokens: 7, the prompt of 4 tokens leaves 6"),
    ],
)
def test_a_request_without_room_is_refused(
    limit: int | None, prompt_tokens: int, clip: bool, says: str
) -> None:
    """The refusal names the field and the numbers."""
    request = GenerationRequest(prompt="x", max_tokens=limit)
    with pytest.raises(RequestRefused, match=says):
        max_new_tokens(request, prompt_tokens, 10, clip=clip)
