"""Capabilities: what some engines can do beyond the seam; the service asks for them by shape."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Sleeper(Protocol):
    """An engine that can let its memory go and take it back.

    Levels as in vLLM (docs.vllm.ai/en/latest/features/sleep_mode): 1 keeps the weights in the
    host's memory, 2 drops them.
    """

    async def sleep(self, level: int) -> None:
        """Let the accelerator's memory go; nothing is being written."""
        ...

    async def wake(self) -> None:
        """Be able to write again."""
        ...


@runtime_checkable
class MemoryMeter(Protocol):
    """An engine that knows its accelerator's memory."""

    def memory(self) -> tuple[int, int]:
        """Bytes used and bytes there are, over its accelerators."""
        ...
