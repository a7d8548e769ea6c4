"""Lengths: how long a text may become beside its prompt, in the model's context."""

from __future__ import annotations

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest


def longest_text(request: GenerationRequest, prompt: int, context: int, *, clip: bool) -> int:
    """How many tokens may follow a prompt of `prompt`; RequestRefused when it leaves too few.

    `clip`: a text longer than the context leaves room for is cut, not refused.
    """
    if prompt >= context:
        raise RequestRefused(
            f"prompt: {prompt} tokens, the model's context is {context}; shorten it"
        )
    asked, room = request.max_tokens, context - prompt
    if asked and asked > room and not clip:
        raise RequestRefused(
            f"max_tokens: {asked}, the prompt of {prompt} tokens leaves {room} of the model's "
            f"context of {context}; ask for fewer"
        )
    return min(asked or room, room)
