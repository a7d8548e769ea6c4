"""Drafts the first release of `make up` with several seeds: the texts that it would publish."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.words.corpus import TEMPLATES
from benchmarks.words.demo_service import DemoService
from benchmarks.words.figures import Figure
from edgefill.catalogue.catalogue import Catalogue
from edgefill.cli.stack.up import TOP
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.batch_drafter import BatchDrafter, make_batch_drafter
from edgefill.local.stack.first_release import ATTEMPTS, CANDIDATES, CONCURRENCY
from edgefill.local.traffic.load_test import build_demo_traffic
from lambdas.batch.drafting_run import run_drafting
from lambdas.batch.journal import open_journal
from lambdas.batch.plan import take_with_sources

SECTION = "published by `make up`"
SEEDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedText:
    """A text that the release would hold; `chance` is the judge's."""

    key: Key
    seed: int
    text: str
    chance: float

    def to_json(self) -> dict[str, object]:
        """The line that readers get."""
        return {
            "key": str(self.key),
            "seed": self.seed,
            "text": self.text,
            "chance": round(self.chance, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedReleases:
    """The texts of all seeds; `drafts` counts those that passed the checks."""

    texts: tuple[PublishedText, ...]
    planned: int
    missing: tuple[str, ...]
    drafts: int
    tokens: int

    @property
    def tokens_per_draft(self) -> float | None:
        """Tokens per draft that passed the checks, refused ones included; None without one."""
        return self.tokens / self.drafts if self.drafts else None


def draft_releases(
    service: DemoService, catalogue: Catalogue, folder: Path, seeds: int = SEEDS
) -> DraftedReleases:
    """Draft the first release's keys once per seed; the journals are written to `folder`."""
    keys = take_with_sources(catalogue, build_demo_traffic(TEMPLATES).ranked, TOP)
    connected = service.connect(catalogue, "batch")
    drafter = make_batch_drafter(
        catalogue=catalogue,
        prompts=connected.prompts,
        roles=connected.roles,
        max_attempts=ATTEMPTS,
        candidates=CANDIDATES,
    )
    runs = {
        seed: _draft_keys(keys, _use_seed(drafter, seed), folder / f"drafts-{seed}.jsonl")
        for seed in range(seeds)
    }
    return collect_texts(keys, runs)


def collect_texts(keys: Iterable[Key], runs: dict[int, dict[Key, Attempts]]) -> DraftedReleases:
    """The best accepted text of each key and seed, and what all attempts cost."""
    texts, missing = [], []
    places = [(seed, key) for seed in runs for key in keys]
    for seed, key in places:
        best = runs[seed].get(key, Attempts()).best
        if best is None:
            missing.append(f"{key} (seed {seed})")
        else:
            texts.append(PublishedText(key=key, seed=seed, text=best.text, chance=best.probability))
    attempts = [each for run in runs.values() for each in run.values()]
    return DraftedReleases(
        texts=tuple(texts),
        planned=len(places),
        missing=tuple(missing),
        drafts=sum(len(each.compiled) for each in attempts),
        tokens=sum(each.tokens for each in attempts),
    )


def describe_releases(releases: DraftedReleases) -> Iterator[Figure]:
    """How many keys got a text, and what one costs."""
    yield Figure(
        section=SECTION,
        name="keys without a published text",
        value=len(releases.missing),
        note=f"of {releases.planned}; {', '.join(releases.missing[:4])}".rstrip("; "),
    )
    yield Figure(
        section=SECTION,
        name="tokens per published text",
        value=releases.tokens / len(releases.texts) if releases.texts else None,
        note=f"all attempts, {releases.drafts} drafts for {len(releases.texts)} texts",
    )


def write_texts(path: Path, texts: Iterable[PublishedText]) -> None:
    """Write the texts for readers, one JSON object per line."""
    lines = [json.dumps(each.to_json(), ensure_ascii=False) for each in texts]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _use_seed(drafter: BatchDrafter, seed: int) -> BatchDrafter:
    """The drafter with other seeds for all of its orders; 0 are those of `make up`."""
    return replace(drafter, policy=replace(drafter.policy, seed=seed))


def _draft_keys(keys: tuple[Key, ...], drafter: BatchDrafter, path: Path) -> dict[Key, Attempts]:
    with open_journal(path, drafter.drafter.catalogue.version) as journal:
        report = run_drafting(keys, drafter=drafter, journal=journal, concurrency=CONCURRENCY)
        if report.stop_reason:
            raise SystemExit(f"benchmarks.words: the drafting stopped: {report.stop_reason}")
        return dict(journal.attempts)
