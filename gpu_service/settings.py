"""Settings: how one service is configured, from `EDGEFILL_GPU_*`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lambdas.core.errors import InputRefused

PREFIX = "EDGEFILL_GPU_"
ENGINES = ("onnx",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One service; each field is read from `EDGEFILL_GPU_<FIELD>`."""

    engine: str = "onnx"
    model: Path = Path("training/tiny_model/onnx")  # any onnxruntime-genai model folder
    model_name: str = ""  # what answers call the model; the folder's name when empty
    host: str = "127.0.0.1"
    port: int = 8090
    slots_in_flight: int = 4  # requests being written
    queue: int = 64  # requests waiting beyond those
    threads: int = 0  # of the model's operators; 0: onnxruntime's own choice
    drain_s: int = 20  # SIGTERM: how long running requests may take
    stream_s: int = 300  # how long one answer may take to be read

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model_name or "-".join(self.model.resolve().parts[-2:])


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`; InputRefused names the variable and the remedy."""
    known = {f"{PREFIX}{field.name.upper()}": field for field in fields(Settings)}
    unknown = [name for name in environment if name.startswith(PREFIX) and name not in known]
    if unknown:
        raise InputRefused(f"{unknown[0]}: no such setting; known are {', '.join(sorted(known))}")
    given = {
        field.name: _READ[str(field.type)](name, environment[name])
        for name, field in known.items()
        if name in environment
    }
    if given.get("engine", "onnx") not in ENGINES:
        raise InputRefused(f"{PREFIX}ENGINE: no such engine; write one of {', '.join(ENGINES)}")
    return Settings(**given)


def _whole(name: str, text: str) -> int:
    least = 0 if name.endswith(("THREADS", "QUEUE", "DRAIN_S")) else 1
    most = 65535 if name.endswith("PORT") else 100_000
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise InputRefused(f"{name}: {text[:40]!r} is no whole number from {least} to {most}")
    return int(text)


_READ: dict[str, Callable[[str, str], Any]] = {
    "str": lambda _name, text: text,
    "Path": lambda _name, text: Path(text),
    "int": _whole,
}
