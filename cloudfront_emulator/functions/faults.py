"""The faults that edge functions can be made to have, as the fault switch says them."""

from __future__ import annotations

from typing import Protocol


class Fault(Protocol):
    """`throws`, `slow` (by `seconds`) or `cold` (every invocation in a fresh environment)."""

    @property
    def kind(self) -> str:
        """Which of the three."""
        ...

    @property
    def seconds(self) -> float:
        """How slow; without meaning for the others."""
        ...


class FunctionFaults(Protocol):
    """Says which fault a function has now."""

    def get_function_fault(self, id: str, /) -> Fault | None:
        """The fault of the function with a logical id."""
        ...


class NoFaults:
    """All functions work."""

    def get_function_fault(self, _id: str, /) -> Fault | None:
        """No fault."""
        return None
