"""Settings: how one service is configured, from `EDGEFILL_GPU_*`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from gpu_service.engines.vllm.settings import VllmSettings

PREFIX = "EDGEFILL_GPU_"
ENGINES = ("onnx", "openai", "vllm")
MAY_BE_NONE = (
    "THREADS",
    "VLLM_MAX_MODEL_LEN",
    "VLLM_MAX_NUM_SEQS",
    "VLLM_KV_CACHE_MIB",
    "QUEUE",
    "DRAIN_S",
    "TOKENS_IN_FLIGHT",
    "RESERVED",
)
OF_ENGINE: dict[str, dict[str, Any]] = {
    "openai": {"slots_in_flight": 64},
    "vllm": {"model": Path("training/tiny_model"), "slots_in_flight": 256},
}  # defaults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(VllmSettings):
    """One service; each field is read from `EDGEFILL_GPU_<FIELD>`."""

    engine: str = "onnx"
    model: Path = Path("training/tiny_model/onnx")  # the engine's kind of model folder
    weights: str = ""  # where the folder is filled from: s3://BUCKET/PREFIX or hub:OWNER/NAME
    model_name: str = ""  # what answers call the model; the folder's name when empty
    host: str = "127.0.0.1"
    port: int = 8090
    slots_in_flight: int = 4  # requests being written
    queue: int = 64  # requests waiting beyond those
    threads: int = 0  # of the model's operators; 0: onnxruntime's own choice
    drain_s: int = 20  # SIGTERM: how long running requests may take
    stream_s: int = 300  # how long one answer may take to be read
    stall_s: int = 30  # how long a client may read nothing of its answer
    tokens_in_flight: int = 0  # prompts and longest texts of requests being written; 0: any
    queue_tokens: int = 1_000_000  # the same of requests waiting
    reserved: int = 0  # of slots_in_flight, kept from the batch lane
    max_body: int = 4_194_304  # bytes of a request
    api_keys: str = field(default="", repr=False)  # who may ask, separated by commas
    api_keys_file: str = ""  # the same, one a line
    allow_open: bool = False  # without keys anybody who reaches the host may ask
    sleep: bool = False  # POST /sleep and /wake
    traces: bool = False  # a span for each request, to where OTEL_* say
    url: str = ""  # engine `openai`: the base URL, with its /v1
    url_key: str = field(default="", repr=False)  # its API key
    url_model: str = ""  # what it calls the model; the first that it lists when empty
    url_structured: str = "vllm"  # constraints it takes: none, json_schema or vllm
    url_timeout_s: int = 60  # between two pieces of its answer
    url_attempts: int = 4  # before the first token

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model_name or "-".join(self.model.resolve().parts[-2:])


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`; InputRefused names the variable and the remedy."""
    known = {f"{PREFIX}{setting.name.upper()}": setting for setting in fields(Settings)}
    unknown = [name for name in environment if name.startswith(PREFIX) and name not in known]
    if unknown:
        raise InputRefused(f"{unknown[0]}: no such setting; known are {', '.join(sorted(known))}")
    given = {
        setting.name: _READ[str(setting.type)](name, environment[name])
        for name, setting in known.items()
        if name in environment
    }
    if given.get("engine", "onnx") not in ENGINES:
        raise InputRefused(f"{PREFIX}ENGINE: no such engine; write one of {', '.join(ENGINES)}")
    return Settings(**OF_ENGINE.get(given.get("engine", ""), {}) | given)


def _whole(name: str, text: str) -> int:
    least = 0 if name.endswith(MAY_BE_NONE) else 1
    most = 65535 if name.endswith("PORT") else 1_000_000_000
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise InputRefused(f"{name}: {text[:40]!r} is no whole number from {least} to {most}")
    return int(text)


def _truth(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise InputRefused(f"{name}: {text[:40]!r}; write 1 for yes, 0 for no")
    return text == "1"


def _share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise InputRefused(f"{name}: {text[:40]!r} is no share; write a number up to 1, as 0.9")
    return share


_READ: dict[str, Callable[[str, str], Any]] = {
    "str": lambda _name, text: text,
    "Path": lambda _name, text: Path(text),
    "int": _whole,
    "float": _share,
    "bool": _truth,
}
