"""How many tokens a request may generate after its prompt, in the model's context."""

from __future__ import annotations

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest


def max_new_tokens(
    request: GenerationRequest, prompt_tokens: int, context: int, *, clip: bool = True
) -> int:
    """The most tokens that may follow a prompt of `prompt_tokens`; RequestRefused when none may.

    `clip`: a text longer than the context has room for is cut, not refused.
    """
    limit, room = request.max_tokens, context - prompt_tokens
    if limit is not None and limit < 1:
        raise RequestRefused(f"max_tokens: {limit}; write 1 or more")
    if not prompt_tokens:
        raise RequestRefused("prompt: it is empty; write something")
    if room <= 0:
        raise RequestRefused(
            f"prompt: {prompt_tokens} tokens, the model's context is {context}; shorten it"
        )
    if limit and limit > room and not clip:
        raise RequestRefused(
            f"max_tokens: {limit}, the prompt of {prompt_tokens} tokens leaves {room} of the "
            f"model's context of {context}; ask for fewer"
        )
    return min(limit or room, room)
