"""Role: one part in drafting, and what plays it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from edgefill.judging.model import JudgeModel

RoleName = Literal["drafter", "reviser", "judge", "critic", "introspect", "transformer"]
Engine = Literal["service", "small", "openai", "writer", "extract"]
GpuKind = Literal["cpu", "t4", "a10g", "l4", "l40s", "a100", "h100", "h200", "b200"]
Precision = Literal["fp32", "bf16", "fp16", "fp8", "int8", "int4", "nvfp4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a role may spend on one key.

    `seconds` limits an order of any role, `attempts` the texts of drafter and reviser, `tokens` all
    texts together (the drafter's). A fleet plans with the rest.
    """

    attempts: int = 8
    tokens: int = 200_000
    seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a role's model may run, for the fleet; empty: anywhere."""

    gpus: tuple[GpuKind, ...] = ()
    precisions: tuple[Precision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role, as configured.

    `model` is a model's name, or for the engine `small` its file's path below `templates/`.
    `adapter` is a LoRA adapter of that model, served with it. `prompt` is the name of its file in
    `templates/prompts/`. `settings` are the engine's own numbers, such as `threshold`.
    """

    name: RoleName
    engine: Engine
    model: str = ""
    adapter: str = ""
    prompt: str = ""
    budget: Budget = field(default_factory=Budget)
    placement: Placement = field(default_factory=Placement)
    url: str = ""
    # the environment variable that holds the bearer key, never the key itself
    key_env: str = ""
    rubric: str = ""
    # the prompt by which the judge compares two texts, "" if it does not
    compare: str = ""
    # the prompt by which the writer criticises its own text, "" if it does not
    critique: str = ""
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def served_model(self) -> str:
        """What requests name: the adapter if there is one, else the model."""
        return self.adapter or self.model


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The configured roles; a role that is not configured is left out.

    `question_prompt` is the drafter's prompt for free questions, "" if it answers none. `models`
    has the small judges that roles name, by their paths.
    """

    roles: Mapping[RoleName, Role]
    question_prompt: str = ""
    models: Mapping[str, JudgeModel] = field(default_factory=dict, repr=False)

    def find(self, name: RoleName) -> Role | None:
        """The role of that name; None if it is not configured."""
        return self.roles.get(name)
