"""The description of a distribution: one small YAML file."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from lambdas.core.errors import EdgefillError
from local.cdn.behaviour import STRICT, Behaviour

DEFAULT_DESCRIPTION = Path(__file__).with_name("distribution.yaml")


class DescriptionRefused(EdgefillError):
    """The description of the distribution is wrong; the text names file and field."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OriginConfig:
    """Where misses go; `domain_name` is what events and the Host header say.

    `oac`: CloudFront signs the request, which replaces the viewer's Authorization header.
    """

    type: Literal["s3", "custom"]
    domain_name: str
    oac: bool = False
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    read_timeout: float = 30  # seconds


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Distribution:
    """Behaviours in order of precedence, the origins they name and how errors are cached."""

    id: str
    domain_name: str
    origins: dict[str, OriginConfig]
    behaviours: tuple[Behaviour, ...]
    error_ttls: dict[int, float] = field(default_factory=dict)  # status -> seconds

    @model_validator(mode="after")
    def _whole(self) -> Distribution:
        if not self.behaviours or self.behaviours[-1].path != "*":
            raise ValueError("the last behaviour's path must be '*'")
        for behaviour in self.behaviours:
            if behaviour.origin not in self.origins:
                raise ValueError(f"behaviour {behaviour.path!r}: no origin {behaviour.origin!r}")
        return self


def load_distribution(path: Path = DEFAULT_DESCRIPTION) -> Distribution:
    """The distribution that a file describes; DescriptionRefused."""
    try:
        data = yaml.safe_load(path.read_text())
        return TypeAdapter(Distribution).validate_python(data)
    except (OSError, yaml.YAMLError) as error:
        raise DescriptionRefused(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "distribution"
        raise DescriptionRefused(f"{path}: {place}: {first['msg']}") from error
