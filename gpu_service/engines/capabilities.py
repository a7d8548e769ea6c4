"""Optional abilities of engines; the service detects them with isinstance."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Sleeper(Protocol):
    """An engine that can free its accelerator's memory and take it back.

    Levels as in vLLM (docs.vllm.ai/en/latest/features/sleep_mode): 1 keeps the weights in the
    host's memory, 2 drops them.
    """

    async def sleep(self, level: int) -> None:
        """Free the accelerator's memory; no request may be running."""
        ...

    async def wake(self) -> None:
        """Take the memory back and be able to generate again."""
        ...


@runtime_checkable
class MemoryMeter(Protocol):
    """An engine that can measure its accelerators' memory."""

    def measure_memory(self) -> tuple[int, int]:
        """(bytes used, bytes in total) over its accelerators."""
        ...
