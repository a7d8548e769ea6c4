"""OnnxEngine: any onnxruntime-genai model folder, decoded in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from edgefill.core.errors import EdgefillError, EngineUnavailable
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.onnx.decoding import Decoder, Job
from gpu_service.engines.onnx.model import OnnxModel
from gpu_service.engines.onnx.sequence import OnnxSequence
from gpu_service.engines.startup_progress import Stages
from gpu_service.weights import fetch


class OnnxEngine:
    """Several sequences in flight, one token of each in turn (decoding.py)."""

    adapters: tuple[
        str, ...
    ] = ()  # onnxruntime-genai takes them in a format of its own; engine `vllm` serves LoRA

    def __init__(
        self, folder: Path, *, name: str, in_flight: int, threads: int = 0, weights: str = ""
    ) -> None:
        self.model = name
        self.stages = Stages()
        self._weights = weights
        self._folder = folder
        self._threads = threads
        self._decoder = Decoder(in_flight=in_flight)
        self._loaded: OnnxModel | None = None

    @property
    def ready(self) -> bool:
        """Whether the model is loaded and its thread alive."""
        return self._loaded is not None and self._decoder.alive

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together; 0 before the start."""
        return self._loaded.context if self._loaded else 0

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has in the model's chat template."""
        return len(self._model().tokens(request))

    async def start(self) -> None:
        """Load the model in a thread; InputRefused when the folder holds none."""
        with self.stages("fetching weights"):
            await asyncio.to_thread(fetch, self._weights, self._folder)
        with self.stages("loading the model"):
            self._loaded = await asyncio.to_thread(OnnxModel, self._folder, threads=self._threads)
        self._decoder.start()

    async def stop(self) -> None:
        """End the decoding thread; texts being written fail with EngineUnavailable."""
        await asyncio.to_thread(self._decoder.stop)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Write one text; one delta a token."""
        loaded = self._model()
        loop = asyncio.get_running_loop()
        deltas: asyncio.Queue[Delta | EdgefillError] = asyncio.Queue()

        def emit(delta: Delta | EdgefillError) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens
                loop.call_soon_threadsafe(deltas.put_nowait, delta)

        job = Job(begin=lambda: OnnxSequence(loaded, request), emit=emit)
        self._decoder.submit(job)
        try:
            while True:
                delta = await deltas.get()
                if isinstance(delta, EdgefillError):
                    raise delta
                yield delta
                if delta.finish_reason:
                    return
        finally:
            job.cancelled.set()

    def _model(self) -> OnnxModel:
        if self._loaded is None or not self._decoder.alive:
            raise EngineUnavailable("the model is not loaded")
        return self._loaded
