"""Shards: the keys of a run in the store, and the drafts that come back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.packs.layout import SHARDS
from edgefill.store.memory import MemoryObjectStore
from lambdas.batch.journal import open_journal
from lambdas.batch.shards import (
    KEYS_PER_SHARD,
    gather_attempts,
    read_shard,
    shard_key,
    write_drafts,
    write_plan,
)


def keys(count: int) -> list[Key]:
    return [Key(experience=f"e{number}", locale="en", case="any") for number in range(count)]


def families(count: int) -> list[tuple[Key, ...]]:
    return [(key,) for key in keys(count)]


def shards(objects: MemoryObjectStore, where: str) -> list[tuple[Key, ...]]:
    lines = [json.loads(line) for line in objects.get(where).body.splitlines()]
    return [read_shard(objects, "r", line["group"], line["index"]) for line in lines]


@pytest.mark.parametrize("count", [1, 7, 100, SHARDS * KEYS_PER_SHARD, SHARDS * KEYS_PER_SHARD + 1])
def test_every_key_is_in_exactly_one_shard(count: int) -> None:
    """For any number of keys, shards are even, none is empty and no key is lost."""
    objects = MemoryObjectStore()
    where = write_plan(objects, "r", families(count))
    cut = shards(objects, where)
    sizes = [len(shard) for shard in cut]
    assert sorted(map(str, keys(count))) == sorted(str(key) for shard in cut for key in shard)
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 1
    assert max(sizes) <= KEYS_PER_SHARD


def test_a_family_is_drafted_on_one_machine() -> None:
    """A derived text is made from the accepted one, which only that machine has."""
    objects, many = MemoryObjectStore(), keys(100)
    where = write_plan(objects, "r", list(zip(many[::2], many[1::2], strict=True)))
    shard_of = {key: number for number, shard in enumerate(shards(objects, where)) for key in shard}
    assert all(shard_of[a] == shard_of[b] for a, b in zip(many[::2], many[1::2], strict=True))


def test_attempts_of_all_shards_come_back(
    tmp_path: Path, catalogue: Catalogue, drafted: Callable[..., Candidate]
) -> None:
    """The attempts of all shards are gathered; a repeated shard replaces its own."""
    objects = MemoryObjectStore()
    for index, key in [*enumerate(catalogue.list_keys()), (0, next(catalogue.list_keys()))]:
        path = tmp_path / f"{index}.jsonl"
        path.unlink(missing_ok=True)
        with open_journal(path, catalogue.version) as journal:
            journal.record(key, Attempts(candidates=(drafted(key),)))
        write_drafts(objects, "r", 0, index, path)
    assert set(gather_attempts(objects, "r", catalogue.version)) == set(catalogue.list_keys())
    assert gather_attempts(objects, "other", catalogue.version) == {}


@pytest.mark.parametrize("run", ["", "a/b", "../t", "x" * 81])
def test_a_run_cannot_be_named_out_of_its_folder(run: str) -> None:
    """A run's name is one path segment."""
    with pytest.raises(InputRefused, match="run"):
        write_plan(MemoryObjectStore(), run, families(1))


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    """An invalid key is refused with the object's name."""
    objects = MemoryObjectStore()
    objects.put(shard_key("r", 0, 0), b'{"key": 1}\n', cache_control="")
    with pytest.raises(InputRefused, match=r"batch/r/0/0\.keys\.jsonl"):
        read_shard(objects, "r", 0, 0)
