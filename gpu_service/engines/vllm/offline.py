"""VllmOffline: vLLM without a server, for batches: what vllm.LLM drives, driven here.

`vllm.LLM.generate` gives its texts when the last one is finished; its LLMEngine's `add_request` and
`step` (vllm, examples/offline_inference/llm_engine_example.py) give each as it is finished, with
the same scheduler, and nothing waits for the slowest of a chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from edgefill.core.errors import EngineUnavailable, InputRefused, RequestRefused
from gpu_service.batch.offline_engine import Numbered
from gpu_service.batch.outcomes import Outcome
from gpu_service.engines.adapters import Adapter, adapters_from
from gpu_service.engines.checkpoint import check
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.prompts import Prompts
from gpu_service.engines.vllm.start import arguments, environment, on_cpu, prepare, reason
from gpu_service.settings import Settings
from gpu_service.weights import fetch

AT_ONCE = 4096  # requests that vLLM is given; it schedules as many of them as fit


class VllmOffline:
    """Writes batches; `engine` is a vllm LLMEngine that runs already, one of its own otherwise."""

    def __init__(self, settings: Settings, *, engine: Any = None) -> None:
        self.model = settings.name
        self._settings = settings
        self._loaded = adapters_from(settings.vllm_adapters)
        self.adapters = tuple(adapter.name for adapter in self._loaded)
        self._engine = engine
        self._prompts: Prompts | None = None

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together; 0 before the start."""
        return int(self._engine.model_config.max_model_len) if self._engine else 0

    def start(self) -> None:
        """Load the model; InputRefused when it cannot be, EngineUnavailable when vLLM fails."""
        if self._engine is None:
            fetch(self._settings.weights, self._settings.model)
            check(self._settings.model)
            cpu = on_cpu()
            prepare(environment(self._settings, cpu=cpu))
            self._engine = self._begin(arguments(self._settings, self._loaded, cpu=cpu))
        self._prompts = Prompts(self._engine.get_tokenizer(), self.context)

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has in the model's chat template."""
        return len(self._reader().tokens(request))

    def write(self, requests: Iterable[Numbered]) -> Iterator[tuple[str, Outcome]]:
        """Each request's outcome."""
        waiting, running = iter(requests), dict[str, GenerationRequest]()
        try:
            while True:
                for number, request in islice(waiting, AT_ONCE - len(running)):
                    if refused := self._add(number, request):
                        yield number, refused
                    else:
                        running[number] = request
                if not running:
                    return
                yield from self._finished(running)
        finally:
            self._abort(list(running))

    def stop(self) -> None:
        """Let the model go."""
        self._prompts = self._engine = None

    def _finished(self, running: dict[str, GenerationRequest]) -> Iterator[tuple[str, Outcome]]:
        """What one step of the model ends; it is taken out of `running`."""
        try:
            answers = self._engine.step()
        except Exception as error:  # of the worker, the kernels, the GPU: each its own kind
            raise EngineUnavailable(f"the engine failed: {reason(error)}") from error
        for answer in answers:
            if answer.finished:
                yield answer.request_id, _outcome(answer, running.pop(answer.request_id))

    def _add(self, number: str, request: GenerationRequest) -> Outcome | None:
        """Hand a request to vLLM; what it says when it takes it not."""
        from vllm.exceptions import VLLMClientError  # noqa: PLC0415 (after `prepare`)
        from vllm.inputs.engine import tokens_input  # noqa: PLC0415
        from vllm.sampling_params import RequestOutputKind  # noqa: PLC0415

        from gpu_service.engines.vllm import convert as vllm_wording  # noqa: PLC0415

        reader = self._reader()
        try:
            asked = vllm_wording.sampling(request, room=reader.room(request))
            asked.output_kind = RequestOutputKind.FINAL_ONLY
            adapter = self._adapter(request.adapter)
            self._engine.add_request(
                number,
                tokens_input(list(reader.tokens(request))),
                asked,
                lora_request=adapter and vllm_wording.lora(*adapter),
            )
        except RequestRefused as error:
            return error
        except (VLLMClientError, ValueError) as error:
            return RequestRefused(f"the request cannot be written: {reason(error)}")
        return None

    def _adapter(self, name: str | None) -> tuple[int, Adapter] | None:
        if name is None:
            return None
        number = self.adapters.index(name)
        return number + 1, self._loaded[number]

    def _reader(self) -> Prompts:
        if self._prompts is None:
            raise EngineUnavailable("the model is not loaded")
        return self._prompts

    def _abort(self, running: list[str]) -> None:
        if running and self._engine:
            self._engine.abort_request(running)

    def _begin(self, given: dict[str, Any]) -> Any:
        from vllm.engine.arg_utils import EngineArgs  # noqa: PLC0415 (after `prepare`)
        from vllm.v1.engine.llm_engine import LLMEngine  # noqa: PLC0415

        try:
            return LLMEngine.from_engine_args(EngineArgs(**given))
        except ValueError as error:  # pydantic's too: a model or setting that it does not take
            raise InputRefused(
                f"{self._settings.model}: vLLM cannot run it: {reason(error)};"
                " choose a model and settings that it takes here"
            ) from error
        except Exception as error:
            raise EngineUnavailable(f"vLLM does not start: {reason(error)}") from error


def _outcome(answer: Any, request: GenerationRequest) -> Outcome:
    from gpu_service.engines.vllm.convert import delta  # noqa: PLC0415 (after `prepare`)

    try:
        return delta(answer, request)
    except RequestRefused as error:
        return error
