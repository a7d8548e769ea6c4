"""The schema of `templates/roles.yaml`; role_checks.py checks that its fields agree."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from edgefill.catalogue.schema import StrictSection
from edgefill.roles.roles import Engine, GpuKind, Precision

PromptName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.j2$")]
ModelName: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$", max_length=200)
]
Variable: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]


class BudgetSection(StrictSection):
    """See Budget."""

    attempts: int = Field(default=8, gt=0, le=100)
    tokens: int = Field(default=200_000, gt=0)
    seconds: float = Field(default=120.0, gt=0, le=3600)


class PlacementSection(StrictSection):
    """See Placement."""

    gpus: list[GpuKind] = Field(default_factory=list)
    precisions: list[Precision] = Field(default_factory=list)


class CalibrationSection(StrictSection):
    """How a stated chance becomes one that can be compared (edgefill/judging/large)."""

    slope: float = Field(default=1.0, gt=0)
    offset: float = 0.0


class DrafterPrompts(StrictSection):
    """The drafter's prompts; without `question` it abstains from free questions."""

    template: PromptName = "draft.j2"
    question: PromptName | None = None


class RoleSection(StrictSection):
    """One role; role_checks.py checks which fields its name and engine may have."""

    engine: Engine
    model: ModelName = ""
    adapter: ModelName = ""
    url: Url = ""
    key_env: Variable = ""
    prompt: PromptName = ""
    prompts: DrafterPrompts = DrafterPrompts()
    compare: PromptName = ""
    critique: PromptName = ""
    rubric: Annotated[str, StringConstraints(min_length=1)] = "judging/rubric.yaml"
    calibration: CalibrationSection = CalibrationSection()
    min_log_probability: float = Field(default=-2.0, le=0)
    min_fluency: float = Field(default=0.5, gt=0, lt=1)
    max_surprise: float = Field(default=5.0, gt=0)
    budget: BudgetSection = BudgetSection()
    runs_on: PlacementSection = PlacementSection()


class RolesFile(StrictSection):
    """`roles.yaml`; every role but the drafter may be left out."""

    drafter: RoleSection
    reviser: RoleSection | None = None
    judge: RoleSection | None = None
    critic: RoleSection | None = None
    introspect: RoleSection | None = None
    transformer: RoleSection | None = None
