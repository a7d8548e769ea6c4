"""Clients of the servers that play roles: an order keeps to the budget, an error names the role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass

from edgefill.chat import ChatClient, ChatOrder, ChatReply
from edgefill.core.errors import EngineBusy, EngineTimeout, EngineUnavailable
from edgefill.drafting.writers.generator import Draft, GenerationOrder, Generator
from edgefill.roles.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChat:
    """A ChatClient for `role`; an order takes no longer than the role's budget."""

    inner: ChatClient
    role: Role

    def ask(self, order: ChatOrder, *, deadline_s: float) -> ChatReply:
        """See ChatClient."""
        with name_errors(self.role):
            seconds = min(deadline_s, self.role.budget.seconds)
            return self.inner.ask(order, deadline_s=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGenerator:
    """A Generator for `role`; an order takes no longer than the role's budget.

    The drafter's time is the caller's choice, whose default is its budget.
    """

    inner: Generator
    role: Role

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """See Generator."""
        with name_errors(self.role):
            seconds = min(deadline_s, self.role.budget.seconds)
            is_drafter = self.role.name == "drafter"
            return self.inner.generate(order, deadline_s=deadline_s if is_drafter else seconds)


@contextmanager
def name_errors(role: Role) -> Iterator[None]:
    """Let errors say which role had no answer, and what to correct if it never will."""
    try:
        yield
    except (EngineBusy, EngineTimeout, EngineUnavailable) as error:
        named = copy(error)
        remedy = f"; {_suggest(role)}" if getattr(error, "permanent", False) else ""
        named.args = (f"{_describe(role)}: {error}{remedy}",)
        raise named from error


def _describe(role: Role) -> str:
    kind = "adapter" if role.adapter else "model"
    model = f", {kind} {role.served_model!r}" if role.served_model else ""
    return f"{role.name} (roles.yaml{model})"


def _suggest(role: Role) -> str:
    if role.engine == "openai":
        key = f"the key in {role.key_env}" if role.key_env else "add key_env"
        return f"correct its url or model, or {key}"
    if not role.served_model:
        return "check that the URL is that of the GPU service"
    return "correct its model or adapter, or let the GPU service serve it (EDGEFILL_GPU_ADAPTERS)"
