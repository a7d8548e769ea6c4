"""Settings of a batch's steps and shards, read from `EDGEFILL_BATCH_<FIELD>` variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused

PREFIX = "EDGEFILL_BATCH_"
# Keys that vLLM generates at once; fewer are not worth loading a model.
OFFLINE_FROM = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSettings:
    """The store, the catalogue, and when to draft offline."""

    bucket: str
    table: str
    templates: Path = Path("templates")
    # While at least so many keys of a shard are left, they are drafted offline.
    offline_from: int = OFFLINE_FROM

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> BatchSettings:
        """Read the settings; InputRefused names a missing or invalid variable."""
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
    """The part of a run that one machine drafts."""

    run: str
    group: int
    index: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Shard:
        """Read the shard; InputRefused names a missing or invalid variable."""
        group, index = _require(environment, "GROUP"), _require(environment, "INDEX")
        if not (group.isascii() and group.isdigit() and index.isascii() and index.isdigit()):
            raise InputRefused(f"{PREFIX}GROUP and {PREFIX}INDEX are whole numbers")
        return cls(run=_require(environment, "RUN"), group=int(group), index=int(index))


def _require(environment: Mapping[str, str], name: str) -> str:
    if not (value := environment.get(PREFIX + name)):
        raise InputRefused(f"{PREFIX}{name} is not set")
    return value
