"""What a request's text must keep to, checked alike for every engine."""

from __future__ import annotations

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest


def constraint(request: GenerationRequest) -> tuple[str, str] | None:
    """("grammar" | "json_schema" | "regex", its text) or None; RequestRefused for more than one."""
    kinds = ("grammar", "json_schema", "regex")
    asked = [kind for kind in kinds if getattr(request, kind) is not None]
    if asked and request.ignore_eos:
        raise RequestRefused(f"ignore_eos: a text under a {asked[0]} ends where that does")
    if len(asked) > 1:
        raise RequestRefused(f"{' and '.join(asked)}: ask for one of them")
    if not asked:
        return None
    text = str(getattr(request, asked[0]))
    if not text.strip():
        raise RequestRefused(f"{asked[0]}: it is empty; leave it out or write one")
    return asked[0], text
