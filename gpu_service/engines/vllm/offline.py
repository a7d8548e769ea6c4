"""VllmOfflineEngine: vLLM without a server, for batches.

`vllm.LLM.generate` returns its texts when the last one is finished. This module drives the same
LLMEngine with `add_request` and `step` (vllm, examples/offline_inference/llm_engine_example.py),
so that each text is returned when it is finished and no chunk waits for its slowest text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from edgefill.core.errors import EngineUnavailable, InputRefused, RequestRefused
from gpu_service.engines.checkpoint import check_checkpoint
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.lora_adapters import LoraAdapter, find_adapter, read_adapters
from gpu_service.engines.offline_engine import NumberedRequest, Outcome
from gpu_service.engines.prompt_encoder import PromptEncoder
from gpu_service.engines.vllm.start import (
    build_engine_args,
    build_environment,
    format_error,
    is_cpu_build,
    set_environment_defaults,
)
from gpu_service.settings import GpuServiceSettings
from gpu_service.weights import fetch_weights

MAX_IN_FLIGHT = 4096  # requests handed to vLLM, which schedules as many of them as fit


class VllmOfflineEngine:
    """Generates batches on `engine`, a running vllm LLMEngine, or else on one that it starts."""

    def __init__(self, settings: GpuServiceSettings, *, engine: Any = None) -> None:
        self.model = settings.name
        self._settings = settings
        self._loras = read_adapters(settings.adapters, model=self.model)
        self.adapters = tuple(adapter.name for adapter in self._loras)
        self._engine = engine
        self._encoder: PromptEncoder | None = None

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together; 0 before the start."""
        return int(self._engine.model_config.max_model_len) if self._engine else 0

    def start(self) -> None:
        """Load the model; InputRefused when it cannot be, EngineUnavailable when vLLM fails."""
        if self._engine is None:
            fetch_weights(self._settings.weights, self._settings.model)
            check_checkpoint(self._settings.model)
            cpu = is_cpu_build()
            set_environment_defaults(build_environment(self._settings, cpu=cpu))
            self._engine = self._create_engine(
                build_engine_args(self._settings, self._loras, cpu=cpu)
            )
            for adapter in self._loras:
                self._load_adapter(adapter)
        self._encoder = PromptEncoder(self._engine.get_tokenizer(), self.context)

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has in the model's chat template."""
        return len(self._require_encoder().encode(request))

    def generate_all(self, requests: Iterable[NumberedRequest]) -> Iterator[tuple[str, Outcome]]:
        """See OfflineEngine."""
        waiting, running = iter(requests), dict[str, GenerationRequest]()
        try:
            while True:
                for number, request in islice(waiting, MAX_IN_FLIGHT - len(running)):
                    if error := self._add_request(number, request):
                        yield number, error
                    else:
                        running[number] = request
                if not running:
                    return
                yield from self._run_step(running)
        finally:
            self._abort_running(list(running))

    def stop(self) -> None:
        """Unload the model."""
        self._encoder = self._engine = None

    def _run_step(self, running: dict[str, GenerationRequest]) -> Iterator[tuple[str, Outcome]]:
        """Run one step; the requests that finish leave `running`."""
        try:
            answers = self._engine.step()
        except Exception as error:  # worker, kernels and GPU each raise their own
            raise EngineUnavailable(f"the engine failed: {format_error(error)}") from error
        for answer in answers:
            if answer.finished:
                yield answer.request_id, _to_outcome(answer, running.pop(answer.request_id))

    def _add_request(self, number: str, request: GenerationRequest) -> Outcome | None:
        """Hand a request to vLLM; the error when vLLM rejects it, else None."""
        from vllm.exceptions import VLLMClientError  # noqa: PLC0415 (after set_environment_defaults)
        from vllm.inputs.engine import tokens_input  # noqa: PLC0415
        from vllm.sampling_params import RequestOutputKind  # noqa: PLC0415

        from gpu_service.engines.vllm import convert  # noqa: PLC0415

        encoder = self._require_encoder()
        try:
            params = convert.to_sampling_params(request, max_tokens=encoder.max_new_tokens(request))
            params.output_kind = RequestOutputKind.FINAL_ONLY
            adapter = find_adapter(self._loras, request.adapter)
            self._engine.add_request(
                number,
                tokens_input(list(encoder.encode(request))),
                params,
                lora_request=adapter and convert.to_lora_request(adapter),
            )
        except RequestRefused as error:
            return error
        except (VLLMClientError, ValueError) as error:
            return RequestRefused(f"the request cannot be generated: {format_error(error)}")
        return None

    def _load_adapter(self, adapter: LoraAdapter) -> None:
        """Load it before the batch, which would otherwise end at the adapter's first request."""
        from gpu_service.engines.vllm import convert  # noqa: PLC0415 (after set_environment_defaults)

        try:
            self._engine.add_lora(convert.to_lora_request(adapter))
        except Exception as error:
            raise InputRefused(
                f"adapter {adapter.name}: {adapter.folder}: {format_error(error)};"
                " train it for this model"
            ) from error

    def _require_encoder(self) -> PromptEncoder:
        if self._encoder is None:
            raise EngineUnavailable("the model is not loaded")
        return self._encoder

    def _abort_running(self, running: list[str]) -> None:
        if running and self._engine:
            self._engine.abort_request(running)

    def _create_engine(self, engine_args: dict[str, Any]) -> Any:
        from vllm.engine.arg_utils import EngineArgs  # noqa: PLC0415 (after set_environment_defaults)
        from vllm.v1.engine.llm_engine import LLMEngine  # noqa: PLC0415

        try:
            return LLMEngine.from_engine_args(EngineArgs(**engine_args))
        except ValueError as error:  # pydantic's too: a model or setting that vLLM rejects
            raise InputRefused(
                f"{self._settings.model}: vLLM cannot run it: {format_error(error)};"
                " choose a model and settings that it accepts here"
            ) from error
        except Exception as error:
            raise EngineUnavailable(f"vLLM does not start: {format_error(error)}") from error


def _to_outcome(answer: Any, request: GenerationRequest) -> Outcome:
    from gpu_service.engines.vllm.convert import to_delta  # noqa: PLC0415 (after set_environment_defaults)

    try:
        return to_delta(answer, request)
    except RequestRefused as error:
        return error
