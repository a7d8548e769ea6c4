"""Shards: the keys of one run in S3, divided into parts of one machine each.

batch/<run>/shards.jsonl                    one line per shard: {"group": 0, "index": 0}
batch/<run>/<group>/<index>.keys.jsonl      a shard, one line per key: {"key": "cart/de/gold"}
batch/<run>/<group>/<index>.drafts.jsonl    its journal (journal.py)

Every group has SHARDS shards; an empty one has no line, so that no machine starts for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.packs.layout import SHARDS
from edgefill.store.objects import ObjectStore
from edgefill.store.verified_writes import PRIVATE
from lambdas.batch.journal import read_attempts

# Keys per shard, as long as a run has no more groups than the map has items. Each shard loads a
# model, and is drafted again when its machine is lost.
KEYS_PER_SHARD = 1000


def write_plan(objects: ObjectStore, run: str, families: Sequence[tuple[Key, ...]]) -> str:
    """Write a run's shards, evenly filled; return the key of their list, written last.

    The keys of one family (`group_by_source`) are in one shard.
    """
    _check_run_name(run)
    groups = max(1, -(-sum(map(len, families)) // (SHARDS * KEYS_PER_SHARD)))
    shards = groups * SHARDS
    lines: list[dict[str, object]] = []
    for number in range(min(shards, len(families))):
        group, index = divmod(number, SHARDS)
        keys = chain.from_iterable(families[number::shards])
        _put(objects, shard_key(run, group, index), [{"key": str(key)} for key in keys])
        lines.append({"group": group, "index": index})
    where = f"batch/{run}/shards.jsonl"
    _put(objects, where, lines)
    return where


def read_shard(objects: ObjectStore, run: str, group: int, index: int) -> tuple[Key, ...]:
    """Read the keys of one shard; InputRefused when it holds anything else."""
    where = shard_key(run, group, index)
    try:
        lines = objects.get(where).body.splitlines()
        return tuple(parse_key(str(json.loads(line)["key"])) for line in lines)
    except (ValueError, KeyError, TypeError) as error:
        raise InputRefused(f"{where}: not a shard ({type(error).__name__}: {error})") from error


def write_drafts(objects: ObjectStore, run: str, group: int, index: int, journal: Path) -> None:
    """Save a shard's journal; a repeated shard overwrites what it saved before."""
    where = f"batch/{_check_run_name(run)}/{group}/{index}.drafts.jsonl"
    objects.put(where, journal.read_bytes(), cache_control=PRIVATE)


def gather_attempts(objects: ObjectStore, run: str, catalogue: str) -> dict[Key, Attempts]:
    """Read the state of every key of a run for one version of the catalogue; InputRefused."""
    attempts: dict[Key, Attempts] = {}
    with TemporaryDirectory() as folder:
        part = Path(folder, "drafts.jsonl")
        for where in objects.list_keys(f"batch/{_check_run_name(run)}/"):
            if where.endswith(".drafts.jsonl"):
                part.write_bytes(objects.get(where).body)
                attempts |= read_attempts(part, catalogue)
    return attempts


def shard_key(run: str, group: int, index: int) -> str:
    """Return the object key of one shard's keys."""
    return f"batch/{_check_run_name(run)}/{group}/{index}.keys.jsonl"


def _put(objects: ObjectStore, where: str, lines: Sequence[dict[str, object]]) -> None:
    body = "".join(json.dumps(line) + "\n" for line in lines)
    objects.put(where, body.encode(), cache_control=PRIVATE)


def _check_run_name(run: str) -> str:
    """Return a run's name, that of a Step Functions execution; InputRefused if it is invalid."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", run):
        raise InputRefused(f"run {run[:80]!r}: write 1 to 80 letters, digits, '-' and '_'")
    return run
