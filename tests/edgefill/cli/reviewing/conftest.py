"""The small shop with one text held in the journal and one in the store, in memory and in S3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.__main__ import create_app
from edgefill.cli.reviewing.journal_source import JournalSource
from edgefill.cli.reviewing.store_source import StoreSource
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Verdict
from edgefill.local.stack.run_file import STATE
from edgefill.release.held_texts import HeldText, write_held_text
from edgefill.store.aws import AwsClients
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.journal import open_journal
from tests.edgefill.cli.conftest import BUCKET, write_shop

JOURNAL_KEY = parse_key("greeting/en/gold")
STORE_KEY = parse_key("greeting/de/any")
PROVENANCE = Provenance(origin="draft", model="tiny", prompts="p1", seed=7, tokens=9)
UNSCORED = Verdict(outcome="unscored", reason="no accepted texts", judge="small", version="1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Holds texts and runs the commands on them."""

    folder: Path
    objects: ObjectStore
    environment: dict[str, str]

    @property
    def journal(self) -> Path:
        """The journal's file in the state folder."""
        return self.folder / STATE.name / "drafts.jsonl"

    @property
    def catalogue(self) -> Catalogue:
        """The shop's catalogue as it is now."""
        return load_catalogue(self.folder / "templates/catalogue")

    def hold_in_journal(self, text: str = "Hello {{ name }}", key: Key = JOURNAL_KEY) -> Candidate:
        """Draft a text that the judge could not score."""
        candidate = Candidate(key=key, text=text, provenance=PROVENANCE, verdicts=(UNSCORED,))
        with open_journal(self.journal, self.catalogue.version) as journal:
            attempts = journal.attempts.get(key, Attempts()).add_candidate(candidate)
            journal.record(key, attempts)
        return candidate

    def hold_in_store(
        self, text: str = "Hallo {{ name }}", key: Key = STORE_KEY, version: str = ""
    ) -> HeldText:
        """Write a text that a miss generated and the judge could not score."""
        held = HeldText(
            key=key,
            version=version or self.catalogue.entry(key.experience).experience.version,
            text=text,
            provenance=PROVENANCE,
            verdict=UNSCORED,
        )
        write_held_text(self.objects, held)
        return held

    def open_store(self) -> StoreSource:
        """The store's source, whose drafts are in the journal."""
        drafts = JournalSource(path=self.journal, catalogue=self.catalogue)
        return StoreSource(objects=self.objects, catalogue=self.catalogue, drafts=drafts)

    def damage(self, body: bytes, name: str = "greeting/en/any") -> None:
        """Put something under `held/` that is not a held text."""
        self.objects.put(f"held/{name}.json", body, cache_control="private")

    def change_experience(self) -> None:
        """Give the greeting another slot, so that its version changes."""
        file = self.folder / "templates/catalogue/experiences/greeting.yaml"
        file.write_text(file.read_text() + "  city: {type: text, default: here, description: c}\n")

    def run(self, *words: str) -> Result:
        """Run `publish`, `show` or `review` in the shop's folder."""
        options = ["--state", str(self.journal.parent), "--templates", self.folder / "templates"]
        app = create_app(("publish", "show", "review"))
        return CliRunner().invoke(app, [*words, *map(str, options)], env=self.environment)


@pytest.fixture
def make_review(tmp_path: Path) -> Callable[..., Review]:
    """Makes a review of a store."""

    def make(objects: ObjectStore, environment: dict[str, str] | None = None) -> Review:
        write_shop(tmp_path / "templates")
        return Review(folder=tmp_path, objects=objects, environment=environment or {})

    return make


@pytest.fixture
def review(make_review: Callable[..., Review], s3: str) -> Review:
    """A review whose commands find S3 in the environment."""
    objects = S3ObjectStore(AwsClients.for_emulator(s3).make_s3(), BUCKET)
    environment = {
        "EDGEFILL_BUCKET": BUCKET,
        "AWS_ENDPOINT_URL": s3,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    return make_review(objects, environment)
