"""OnnxEngine: any onnxruntime-genai model folder, decoded in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from edgefill.core.errors import EdgefillError, EngineUnavailable
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.onnx.decoding import Decoder, DecodingJob
from gpu_service.engines.onnx.model import OnnxModel
from gpu_service.engines.onnx.sequence import OnnxSequence
from gpu_service.engines.startup_progress import StartupStages
from gpu_service.weights import fetch_weights


class OnnxEngine:
    """Runs `in_flight` sequences at a time, one token of each in turn (decoding.py)."""

    # onnxruntime-genai reads adapters in a format of its own (registry.py).
    adapters: tuple[str, ...] = ()

    def __init__(
        self, folder: Path, *, name: str, in_flight: int, threads: int = 0, weights: str = ""
    ) -> None:
        self.model = name
        self.stages = StartupStages()
        self._weights = weights
        self._folder = folder
        self._threads = threads
        self._decoder = Decoder(in_flight=in_flight)
        self._loaded: OnnxModel | None = None

    @property
    def ready(self) -> bool:
        """Whether the model is loaded and its thread alive."""
        return self._loaded is not None and self._decoder.is_alive

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together; 0 before the start."""
        return self._loaded.context if self._loaded else 0

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has in the model's chat template."""
        return len(self._require_model().encode(request))

    async def start(self) -> None:
        """Load the model in a thread; InputRefused when the folder holds no model."""
        with self.stages("fetching weights"):
            await asyncio.to_thread(fetch_weights, self._weights, self._folder)
        with self.stages("loading the model"):
            self._loaded = await asyncio.to_thread(OnnxModel, self._folder, threads=self._threads)
        self._decoder.start()

    async def stop(self) -> None:
        """End the decoding thread; texts that are being generated fail with EngineUnavailable."""
        await asyncio.to_thread(self._decoder.stop)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Generate one text, one delta per token."""
        loaded = self._require_model()
        loop = asyncio.get_running_loop()
        deltas: asyncio.Queue[Delta | EdgefillError] = asyncio.Queue()

        def emit(delta: Delta | EdgefillError) -> None:
            with suppress(RuntimeError):  # the loop is closed: no client is waiting
                loop.call_soon_threadsafe(deltas.put_nowait, delta)

        job = DecodingJob(begin=lambda: OnnxSequence(loaded, request), emit=emit)
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

    def _require_model(self) -> OnnxModel:
        if self._loaded is None or not self._decoder.is_alive:
            raise EngineUnavailable("the model is not loaded")
        return self._loaded
