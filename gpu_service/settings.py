"""The settings of the GPU service, read from environment variables `EDGEFILL_GPU_*`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused

PREFIX = "EDGEFILL_GPU_"
ENGINES = ("onnx", "openai", "vllm")
MAY_BE_ZERO = (
    "THREADS",
    "VLLM_MAX_MODEL_LEN",
    "VLLM_MAX_NUM_SEQS",
    "VLLM_KV_CACHE_MIB",
    "QUEUE",
    "DRAIN_S",
    "TOKENS_IN_FLIGHT",
    "RESERVED",
)
# Defaults that differ from those below when an engine is chosen.
ENGINE_DEFAULTS: dict[str, dict[str, Any]] = {
    "openai": {"slots_in_flight": 64},
    "vllm": {"model": Path("training/tiny_model"), "slots_in_flight": 256},
}


_TINY_MODEL = Path(__file__).parents[1] / "training" / "tiny_model" / "onnx"


@dataclass(frozen=True, slots=True, kw_only=True)
class VllmSettings:
    """The settings of engine `vllm`.

    Each field is vLLM's own argument (docs.vllm.ai/en/latest/configuration/engine_args) of that
    name; `tensor_parallel` is tensor_parallel_size, and so on. "", 0 and `auto` leave the choice to
    vLLM or to the checkpoint, which names its own quantisation.
    """

    vllm_dtype: str = "auto"  # on a CPU `auto` is float32: few CPUs have bfloat16 instructions
    vllm_quantization: str = ""
    vllm_load_format: str = "auto"
    vllm_max_model_len: int = 0
    vllm_max_num_seqs: int = 0
    vllm_tensor_parallel: int = 1
    vllm_pipeline_parallel: int = 1
    vllm_gpu_memory_utilization: float = 0.9
    vllm_kv_cache_mib: int = 0  # kv_cache_memory_bytes in MiB; on a CPU 0 means 256
    vllm_enforce_eager: str = "auto"  # 1 never compiles, 0 compiles, `auto` compiles only on a GPU
    vllm_cache: str = ""  # the folder of compiled models, kept between starts; "": vLLM's own
    vllm_max_loras: int = 8  # adapters in one batch


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuServiceSettings(VllmSettings):
    """The settings of one service; each field is read from `EDGEFILL_GPU_<FIELD>`."""

    engine: str = "onnx"
    model: Path = _TINY_MODEL  # a model folder of the engine's kind
    weights: str = ""  # the source that fills the folder: s3://BUCKET/PREFIX or hub:OWNER/NAME
    model_name: str = ""  # the model's name in answers; the folder's name when empty
    # Adapters that requests may name, comma-separated: NAME=FOLDER of a LoRA adapter for engine
    # `vllm`, NAME=MODEL of the server for engine `openai`. Engine `onnx` has none.
    adapters: str = ""
    host: str = "127.0.0.1"
    port: int = 8090
    slots_in_flight: int = 4  # requests that run at the same time
    queue: int = 64  # requests that may wait in addition
    threads: int = 0  # threads for the model's operators; 0: onnxruntime's own choice
    drain_s: int = 20  # how long running requests may take after SIGTERM
    headers_s: int = 10  # how long a client may take to send the headers of a request
    body_s: int = 30  # how long it may then take to send its body
    stream_s: int = 300  # how long a client may take to read one answer
    stall_s: int = 30  # how long a client may stop reading its answer
    tokens_in_flight: int = 0  # prompt and output tokens of running requests; 0: no limit
    queue_tokens: int = 1_000_000  # prompt and output tokens of waiting requests
    reserved: int = 0  # slots in flight that the batch lane may not use
    max_body: int = 4_194_304  # bytes of a request's body
    api_keys: str = field(default="", repr=False)  # accepted API keys, comma-separated
    api_keys_file: str = ""  # a file of accepted API keys, one per line
    allow_open: bool = False  # serve other machines without keys
    sleep: bool = False  # serve POST /sleep and /wake
    traces: bool = False  # one OpenTelemetry span per request, exported as OTEL_* say
    url: str = ""  # engine `openai`: the base URL, with its /v1
    url_key: str = field(default="", repr=False)  # the API key for `url`
    url_model: str = ""  # the model's name at `url`; the first that it lists when empty
    url_structured: str = "vllm"  # constraints that `url` accepts: none, json_schema or vllm
    url_timeout_s: int = 60  # between two events of an answer
    url_attempts: int = 4  # before the first token

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model_name or "-".join(self.model.resolve().parts[-2:])


def read_settings(environment: Mapping[str, str]) -> GpuServiceSettings:
    """The settings in `environment`; InputRefused names the variable and the remedy."""
    settings_by_name = {f"{PREFIX}{one.name.upper()}": one for one in fields(GpuServiceSettings)}
    unknown = [
        name for name in environment if name.startswith(PREFIX) and name not in settings_by_name
    ]
    if unknown:
        raise InputRefused(
            f"{unknown[0]}: unknown setting; the settings are {', '.join(sorted(settings_by_name))}"
        )
    values = {
        setting.name: _PARSERS[str(setting.type)](name, environment[name])
        for name, setting in settings_by_name.items()
        if name in environment
    }
    if values.get("engine", "onnx") not in ENGINES:
        raise InputRefused(f"{PREFIX}ENGINE: unknown engine; write one of {', '.join(ENGINES)}")
    return GpuServiceSettings(**ENGINE_DEFAULTS.get(values.get("engine", ""), {}) | values)


def _parse_int(name: str, text: str) -> int:
    least = 0 if name.endswith(MAY_BE_ZERO) else 1
    most = 65535 if name.endswith("PORT") else 1_000_000_000
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise InputRefused(f"{name}: {text[:40]!r} is not a whole number from {least} to {most}")
    return int(text)


def _parse_bool(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise InputRefused(f"{name}: {text[:40]!r}; write 1 for yes, 0 for no")
    return text == "1"


def _parse_share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise InputRefused(
            f"{name}: {text[:40]!r} is not a share; write a number above 0 and up to 1, such as 0.9"
        )
    return share


_PARSERS: dict[str, Callable[[str, str], Any]] = {
    "str": lambda _name, text: text,
    "Path": lambda _name, text: Path(text),
    "int": _parse_int,
    "float": _parse_share,
    "bool": _parse_bool,
}
