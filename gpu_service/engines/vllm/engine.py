"""VllmEngine: vLLM's AsyncLLM on any transformers model folder, on GPUs or on a CPU.

AsyncLLM spawns an EngineCore process that schedules and computes; this process encodes prompts and
formats answers. When the EngineCore process dies, the engine stays not ready.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib import import_module
from typing import Any

from edgefill.core.errors import EngineUnavailable, InputRefused, RequestRefused
from gpu_service.engines.checkpoint import check_checkpoint
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.lora_adapters import LoraAdapter, find_adapter, read_adapters
from gpu_service.engines.prompt_encoder import PromptEncoder
from gpu_service.engines.startup_progress import StartupStages
from gpu_service.engines.vllm.start import (
    build_engine_args,
    build_environment,
    format_error,
    freeze_heap,
    is_cpu_build,
    set_environment_defaults,
    unfreeze_heap,
)
from gpu_service.settings import GpuServiceSettings
from gpu_service.weights import fetch_weights

PRIORITY = {"interactive": 0, "batch": 1}  # the lower value goes first
# The first constrained and sampled text takes seconds on a CPU.
WARM_UP = GenerationRequest(prompt="Hello", regex="[a-z ]{8}", seed=1, logprobs=1, max_tokens=4)
STOP_S = 5.0  # how long the EngineCore process may take to end


class VllmEngine:
    """vLLM batches all running requests, and they share its prefix cache."""

    def __init__(self, settings: GpuServiceSettings) -> None:
        self.model = settings.name
        self.stages = StartupStages()
        self._settings = settings
        self._cpu = is_cpu_build()
        self._loras = read_adapters(settings.adapters, model=self.model)
        self.adapters = tuple(adapter.name for adapter in self._loras)
        self._llm: Any = None  # AsyncLLM
        self._encoder: PromptEncoder | None = None
        self._stopped = False
        self._number = itertools.count()
        self._running: set[str] = set()

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together; 0 before the start."""
        return int(self._llm.model_config.max_model_len) if self._llm else 0

    @property
    def ready(self) -> bool:
        """Whether the model is loaded and the EngineCore process alive."""
        return self._encoder is not None and not self._stopped and not self._llm.errored

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has in the model's chat template."""
        return len(self._require_encoder().encode(request))

    async def start(self) -> None:
        """Load the model and its adapters; InputRefused when one cannot be loaded."""
        with self.stages("fetching weights"):
            # Import vllm at the same time as a download.
            ahead = asyncio.create_task(self._import_vllm()) if self._settings.weights else None
            await asyncio.to_thread(fetch_weights, self._settings.weights, self._settings.model)
            await asyncio.to_thread(check_checkpoint, self._settings.model)
        with self.stages("importing vllm"):
            await (ahead or self._import_vllm())
        with self.stages("loading the model"):
            llm = await asyncio.to_thread(self._create_llm)
        for adapter in self._loras:
            with self.stages(f"loading adapter {adapter.name}"):
                await self._load_adapter(adapter)
        self._encoder = PromptEncoder(llm.get_tokenizer(), self.context)
        with self.stages("warming up"):
            async for _ in self.generate(WARM_UP):
                pass
            freeze_heap()

    async def stop(self) -> None:
        """Abort every generation and end the EngineCore process."""
        self._stopped = True
        if self._llm is None:
            return
        if not self._llm.errored:
            await self._llm.abort(sorted(self._running))
        await asyncio.to_thread(self._llm.shutdown, STOP_S)
        unfreeze_heap()

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Generate one text; closing the iterator aborts it in the EngineCore process."""
        encoder, number = self._require_encoder(), f"{next(self._number)}"
        self._running.add(number)
        try:
            async with aclosing(self._stream_deltas(encoder, request, number)) as deltas:
                async for delta in deltas:
                    yield delta
        finally:
            self._running.discard(number)

    async def _stream_deltas(
        self, encoder: PromptEncoder, request: GenerationRequest, number: str
    ) -> AsyncGenerator[Delta, None]:
        from vllm.exceptions import VLLMClientError, VLLMError  # noqa: PLC0415 (see start.py)
        from vllm.inputs.engine import tokens_input  # noqa: PLC0415

        from gpu_service.engines.vllm import convert  # noqa: PLC0415

        max_tokens = encoder.max_new_tokens(request)
        adapter = find_adapter(self._loras, request.adapter)
        try:
            answers = self._llm.generate(
                tokens_input(list(encoder.encode(request))),
                convert.to_sampling_params(request, max_tokens=max_tokens),
                number,
                lora_request=adapter and convert.to_lora_request(adapter),
                priority=PRIORITY[request.lane],
            )
            async with aclosing(answers):
                async for answer in answers:
                    yield convert.to_delta(answer, request)
        except (VLLMClientError, ValueError) as error:
            raise RequestRefused(
                f"the request cannot be generated: {format_error(error)}"
            ) from error
        except VLLMError as error:
            raise EngineUnavailable(
                f"the engine failed: {format_error(error)}", retry_after=10
            ) from error

    def _require_encoder(self) -> PromptEncoder:
        if self._encoder is None or not self.ready:
            raise EngineUnavailable("the model is not loaded", cold=not self._stopped)
        return self._encoder

    async def _import_vllm(self) -> None:
        set_environment_defaults(build_environment(self._settings, cpu=self._cpu))
        await asyncio.to_thread(import_module, "vllm.v1.engine.async_llm")

    def _create_llm(self) -> Any:
        """AsyncLLM with its EngineCore process, which is ended at once when `stop` came first."""
        from vllm.engine.arg_utils import AsyncEngineArgs  # noqa: PLC0415 (after set_environment_defaults)
        from vllm.v1.engine.async_llm import AsyncLLM  # noqa: PLC0415

        try:
            engine_args = build_engine_args(self._settings, self._loras, cpu=self._cpu)
            self._llm = AsyncLLM.from_engine_args(AsyncEngineArgs(**engine_args))
        except Exception as error:  # configuration, weights and kernels each raise their own
            raise InputRefused(
                f"{self._settings.model}: vLLM cannot run it: {format_error(error)};"
                " choose a model and settings that it accepts here"
            ) from error
        if self._stopped:
            self._llm.shutdown(STOP_S)
        return self._llm

    async def _load_adapter(self, adapter: LoraAdapter) -> None:
        from gpu_service.engines.vllm import convert  # noqa: PLC0415

        try:
            await self._llm.add_lora(convert.to_lora_request(adapter))
        except Exception as error:
            raise InputRefused(
                f"adapter {adapter.name}: {adapter.folder}: {format_error(error)};"
                " train it for this model"
            ) from error
