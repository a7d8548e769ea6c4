"""VllmEngine: vLLM's AsyncLLM on any transformers model folder, on GPUs or on a CPU.

AsyncLLM spawns an EngineCore process that schedules and computes; this process reads prompts and
words answers. When that process dies the engine is not ready any more and never again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib import import_module
from typing import Any

from edgefill.core.errors import EngineUnavailable, InputRefused, RequestRefused
from gpu_service.engines.adapters import Adapter, adapters_from
from gpu_service.engines.checkpoint import check
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.prompts import Prompts
from gpu_service.engines.startup_progress import Stages
from gpu_service.engines.vllm.start import (
    arguments,
    environment,
    on_cpu,
    prepare,
    reason,
    settle,
    thaw,
)
from gpu_service.settings import Settings
from gpu_service.weights import fetch

PRIORITY = {"interactive": 0, "batch": 1}  # the lower goes first
# The first constrained and sampled text costs seconds on a CPU.
WARM_UP = GenerationRequest(prompt="Hello", regex="[a-z ]{8}", seed=1, logprobs=1, max_tokens=4)
STOP_S = 5.0  # what the EngineCore process may take to end


class VllmEngine:
    """Everything in flight is batched by vLLM; `generate`'s requests share its prefix cache."""

    def __init__(self, settings: Settings) -> None:
        self.model = settings.name
        self.stages = Stages()
        self._settings = settings
        self._cpu = on_cpu()
        self._adapters: dict[str, tuple[int, Adapter]] = {}
        self._llm: Any = None  # AsyncLLM
        self._prompts: Prompts | None = None
        self._stopped = False
        self._number = itertools.count()
        self._running: set[str] = set()

    @property
    def adapters(self) -> tuple[str, ...]:
        """The adapters of EDGEFILL_GPU_VLLM_ADAPTERS, once loaded."""
        return tuple(self._adapters)

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together; 0 before the start."""
        return int(self._llm.model_config.max_model_len) if self._llm else 0

    @property
    def ready(self) -> bool:
        """Whether the EngineCore process lives."""
        return self._prompts is not None and not self._stopped and not self._llm.errored

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has in the model's chat template."""
        return len(self._reader().tokens(request))

    async def start(self) -> None:
        """Load the model and its adapters; InputRefused when one cannot be loaded."""
        wanted = adapters_from(self._settings.vllm_adapters)
        with self.stages("fetching weights"):  # vllm is imported meanwhile, if there is a while
            ahead = asyncio.create_task(self._import()) if self._settings.weights else None
            await asyncio.to_thread(fetch, self._settings.weights, self._settings.model)
            await asyncio.to_thread(check, self._settings.model)
        with self.stages("importing vllm"):
            await (ahead or self._import())
        with self.stages("loading the model"):
            llm = await asyncio.to_thread(self._begin, wanted)
        for number, adapter in enumerate(wanted, start=1):
            with self.stages(f"loading adapter {adapter.name}"):
                await self._load(number, adapter)
        self._prompts = Prompts(llm.get_tokenizer(), self.context)
        with self.stages("warming up"):
            async for _ in self.generate(WARM_UP):
                pass
            settle()

    async def stop(self) -> None:
        """Give up what is being written and end the EngineCore process."""
        self._stopped = True
        if self._llm is None:
            return
        if not self._llm.errored:
            await self._llm.abort(sorted(self._running))
        await asyncio.to_thread(self._llm.shutdown, STOP_S)
        thaw()

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Write one text; closing aborts it in the EngineCore process."""
        reader, number = self._reader(), f"{next(self._number)}"
        self._running.add(number)
        try:
            async with aclosing(self._answers(reader, request, number)) as deltas:
                async for delta in deltas:
                    yield delta
        finally:
            self._running.discard(number)

    async def _answers(
        self, reader: Prompts, request: GenerationRequest, number: str
    ) -> AsyncGenerator[Delta, None]:
        from vllm.exceptions import VLLMClientError, VLLMError  # noqa: PLC0415 (see start)
        from vllm.inputs.engine import tokens_input  # noqa: PLC0415

        from gpu_service.engines.vllm import convert as vllm_wording  # noqa: PLC0415

        room = reader.room(request)
        adapter = self._adapter(request.adapter)
        try:
            answers = self._llm.generate(
                tokens_input(list(reader.tokens(request))),
                vllm_wording.sampling(request, room=room),
                number,
                lora_request=adapter and vllm_wording.lora(*adapter),
                priority=PRIORITY[request.lane],
            )
            async with aclosing(answers):
                async for answer in answers:
                    yield vllm_wording.delta(answer, request)
        except (VLLMClientError, ValueError) as error:
            raise RequestRefused(f"the request cannot be written: {reason(error)}") from error
        except VLLMError as error:
            raise EngineUnavailable(
                f"the engine failed: {reason(error)}", retry_after=10
            ) from error

    def _reader(self) -> Prompts:
        if self._prompts is None or not self.ready:
            raise EngineUnavailable("the model is not loaded", cold=not self._stopped)
        return self._prompts

    def _adapter(self, name: str | None) -> tuple[int, Adapter] | None:
        if name is None:
            return None
        if name not in self._adapters:
            known = ", ".join(self._adapters) or "none: set EDGEFILL_GPU_VLLM_ADAPTERS"
            raise RequestRefused(f"adapter: {name[:40]!r} is not loaded; loaded are {known}")
        return self._adapters[name]

    async def _import(self) -> None:
        prepare(environment(self._settings, cpu=self._cpu))
        await asyncio.to_thread(import_module, "vllm.v1.engine.async_llm")

    def _begin(self, adapters: tuple[Adapter, ...]) -> Any:
        """AsyncLLM with its EngineCore process; ended at once when `stop` came first."""
        from vllm.engine.arg_utils import AsyncEngineArgs  # noqa: PLC0415 (after `prepare`)
        from vllm.v1.engine.async_llm import AsyncLLM  # noqa: PLC0415

        try:
            given = arguments(self._settings, adapters, cpu=self._cpu)
            self._llm = AsyncLLM.from_engine_args(AsyncEngineArgs(**given))
        except Exception as error:  # of configuration, weights, kernels: each its own kind
            raise InputRefused(
                f"{self._settings.model}: vLLM cannot run it: {reason(error)};"
                " choose a model and settings that it takes here"
            ) from error
        if self._stopped:
            self._llm.shutdown(STOP_S)
        return self._llm

    async def _load(self, number: int, adapter: Adapter) -> None:
        from gpu_service.engines.vllm import convert as vllm_wording  # noqa: PLC0415

        try:
            await self._llm.add_lora(vllm_wording.lora(number, adapter))
        except Exception as error:
            raise InputRefused(
                f"adapter {adapter.name}: {adapter.folder}: {reason(error)};"
                " train it for this model"
            ) from error
        self._adapters[adapter.name] = (number, adapter)
