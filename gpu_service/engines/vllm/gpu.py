"""VllmOnGpu: the abilities that vLLM has only on GPUs (gpu_service/engines/capabilities.py)."""

from __future__ import annotations

from edgefill.core.errors import RequestRefused
from gpu_service.engines.vllm.engine import VllmEngine
from gpu_service.settings import GpuServiceSettings

DROPS_WEIGHTS = 2  # the level of sleep from which weights are dropped


class VllmOnGpu(VllmEngine):
    """Sleeps, and measures its GPUs' memory (docs.vllm.ai/en/latest/features/sleep_mode)."""

    def __init__(self, settings: GpuServiceSettings) -> None:
        super().__init__(settings)
        self._may_sleep = settings.sleep
        self._level = 1

    async def sleep(self, level: int) -> None:
        """Free the GPUs' memory: level 1 keeps the weights in the host's memory, 2 drops them."""
        if not self._may_sleep:
            raise RequestRefused("sleep: it is switched off; set EDGEFILL_GPU_SLEEP=1")
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

    def measure_memory(self) -> tuple[int, int]:
        """(bytes used, bytes in total) over the GPUs that NVML shows to this container."""
        from vllm.third_party import pynvml  # noqa: PLC0415

        pynvml.nvmlInit()
        try:
            count = pynvml.nvmlDeviceGetCount()
            handles = [pynvml.nvmlDeviceGetHandleByIndex(n) for n in range(count)]
            infos = [pynvml.nvmlDeviceGetMemoryInfo(handle) for handle in handles]
        finally:
            pynvml.nvmlShutdown()
        return sum(one.used for one in infos), sum(one.total for one in infos)
