"""VllmOnGpu: what vLLM can do on GPUs alone, as gpu_service/engines/capabilities.py names it."""

from __future__ import annotations

from edgefill.core.errors import RequestRefused
from gpu_service.engines.vllm.engine import VllmEngine
from gpu_service.settings import Settings

DROPS_WEIGHTS = 2  # the level of sleep


class VllmOnGpu(VllmEngine):
    """Sleeps, and knows its GPUs' memory (docs.vllm.ai/en/latest/features/sleep_mode)."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._may_sleep = settings.sleep
        self._level = 1

    async def sleep(self, level: int) -> None:
        """Free the GPUs' memory: level 1 keeps the weights in the host's, 2 drops them."""
        if not self._may_sleep:
            raise RequestRefused("sleep: it is off; set EDGEFILL_GPU_SLEEP=1")
        self._level = level
        await self._llm.sleep(level)

    async def wake(self) -> None:
        """Take the memory back; weights that were dropped are loaded again."""
        if self._level < DROPS_WEIGHTS:
            await self._llm.wake_up()
            return
        await self._llm.wake_up(tags=["weights"])
        await self._llm.collective_rpc("reload_weights")
        await self._llm.wake_up(tags=["kv_cache"])

    def memory(self) -> tuple[int, int]:
        """Bytes used and bytes there are, over the GPUs that NVML shows to this container."""
        from vllm.third_party import pynvml  # noqa: PLC0415

        pynvml.nvmlInit()
        try:
            count = pynvml.nvmlDeviceGetCount()
            handles = [pynvml.nvmlDeviceGetHandleByIndex(n) for n in range(count)]
            found = [pynvml.nvmlDeviceGetMemoryInfo(handle) for handle in handles]
        finally:
            pynvml.nvmlShutdown()
        return sum(one.used for one in found), sum(one.total for one in found)
