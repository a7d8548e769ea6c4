"""Settings of a batch's steps and shards, from one mapping: `EDGEFILL_BATCH_<FIELD>`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused

PREFIX = "EDGEFILL_BATCH_"
OFFLINE_FROM = 256  # keys: as many as vLLM writes at once; fewer do not pay for a model's start


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSettings:
    """Where the store and the catalogue are."""

    bucket: str
    table: str
    templates: Path = Path("templates")
    offline_from: int = OFFLINE_FROM  # keys that are left of a shard: from here on, offline

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> BatchSettings:
        """The settings in `environment`; InputRefused names what is missing or wrong."""
        offline_from = environment.get(f"{PREFIX}OFFLINE_FROM", str(OFFLINE_FROM))
        if not (offline_from.isascii() and offline_from.isdigit()):
            raise InputRefused(f"{PREFIX}OFFLINE_FROM: write a whole number of keys")
        return cls(
            bucket=_require(environment, "BUCKET"),
            table=_require(environment, "TABLE"),
            templates=Path(environment.get(f"{PREFIX}TEMPLATES") or "templates"),
            offline_from=int(offline_from),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Which part of which run one machine writes; `index` is AWS Batch's own."""

    run: str
    group: int
    index: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Shard:
        """The shard that `environment` names; InputRefused names what is missing or wrong."""
        group = _require(environment, "GROUP")
        index = environment.get("AWS_BATCH_JOB_ARRAY_INDEX", "0")
        if not (group.isascii() and group.isdigit() and index.isascii() and index.isdigit()):
            raise InputRefused(f"{PREFIX}GROUP and AWS_BATCH_JOB_ARRAY_INDEX are whole numbers")
        return cls(run=_require(environment, "RUN"), group=int(group), index=int(index))


def _require(environment: Mapping[str, str], name: str) -> str:
    if not (value := environment.get(PREFIX + name)):
        raise InputRefused(f"{PREFIX}{name} is not set")
    return value
