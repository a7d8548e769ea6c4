"""What a training run took, kept beside the model so that its card can say so."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = "training.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One finished run."""

    parameters: int
    steps: int
    seconds: float
    tokens: int  # through the model: the first worker's count times the workers
    learnt: int  # answer tokens, those that count in the loss
    loss: tuple[float, float]  # at the end, in nats a token: taught, held out
    load: float  # the machine's one-minute load average at the end
    machine: dict[str, str]

    def write(self, folder: Path) -> None:
        """Into the model's folder."""
        written = json.dumps(asdict(self), indent=2)
        (folder / FILE).write_text(written + "\n", encoding="utf-8")


def read_record(folder: Path) -> dict[str, Any]:
    """What `Record.write` wrote, as a mapping."""
    record: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return record
