"""Generator: the one seam between Edgefill and whatever writes its templates.

`HttpGenerator` (edgefill/drafting/http.py) is the real one, `ScriptedGenerator`
(edgefill/drafting/scripted.py) its twin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from edgefill.core.slots import Slot

Lane = Literal["interactive", "batch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationOrder:
    """What a template should be; it never holds a visitor's values.

    `max_chars` bounds the template's text; `seed` None leaves the choice to the engine.
    """

    prompt: str
    format: str
    slots: tuple[Slot, ...] = ()
    fields: tuple[str, ...] = ()
    max_chars: int = 1200
    seed: int | None = None
    temperature: float = 0.8
    lane: Lane = "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a model wrote, unchecked; `tokens` counts prompt and completion together."""

    text: str
    model: str
    tokens: int
    seconds: float


class Generator(Protocol):
    """Something that writes templates."""

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """A draft within `deadline_s` seconds; GenerationError."""
