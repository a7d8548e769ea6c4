"""A Lambda@Edge function as a template describes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionConfig:
    """`code` is the folder (or zip) that `handler` ("package.module.function") is found in."""

    id: str  # the logical id of the AWS::Lambda::Function
    code: Path
    handler: str
    runtime: str  # "python3.13"
    memory_mb: int = 128
    timeout: float = 3  # seconds
