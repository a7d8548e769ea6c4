"""Generator: the interface between Edgefill and the models that draft its templates.

`HttpGenerator` (edgefill/drafting/writers/http.py) is the real implementation, `ScriptedGenerator`
(edgefill/drafting/writers/scripted.py) the one for tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from edgefill.core.slots import Slot

Lane = Literal["interactive", "batch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationOrder:
    """A request for one template; it never holds a visitor's values.

    `max_chars` limits the template's text. With `seed` None the engine chooses a seed. `model`
    names the service's model or one of its adapters; empty, it is the service's model. With
    `log_probability` the draft has the model's own, which costs the embedded engine some speed.
    """

    prompt: str
    format: str
    slots: tuple[Slot, ...] = ()
    fields: tuple[str, ...] = ()
    max_chars: int = 1200
    seed: int | None = None
    temperature: float = 0.8
    lane: Lane = "interactive"
    model: str = ""
    log_probability: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A model's unchecked text; `tokens` counts prompt and completion together.

    `log_probability` is the mean natural log probability of the completion's tokens under the
    model, at most 0; None if the order does not ask for it or the engine cannot tell.
    """

    text: str
    model: str
    tokens: int
    seconds: float
    log_probability: float | None = None


class Generator(Protocol):
    """Drafts templates."""

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """Return a draft within `deadline_s` seconds; GenerationError."""
