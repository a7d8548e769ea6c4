"""ReleasePublisher: publishes the drafts of a running stack again and again.

`python -m edgefill.local.chaos.publisher --state STATE --templates TEMPLATES` publishes one release
with the routers of the current one, as a process that can be killed half-way.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.drafting.candidate import Candidate
from edgefill.local.stack.run_file import RunFile, read_run_file
from edgefill.release.manifest import Release
from edgefill.release.routing import ReleaseRouting
from edgefill.roles.judging_versions import find_judging_versions
from edgefill.store.aws import AwsClients
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.journal import read_attempts
from lambdas.batch.release import publish_drafts, select_drafts


class ReleasePublisher:
    """Publishes what the journal in `state` holds; without `routing`, with the current routers."""

    def __init__(
        self, *, state: Path, templates: Path, routing: ReleaseRouting | None = None
    ) -> None:
        self._state = state
        self._templates = templates
        self._routing = routing

    def publish(self, objects: ObjectStore) -> Release:
        """Publish a release to `objects`; StoreError, InputRefused."""
        return publish_drafts(
            objects,
            catalogue=self._catalogue,
            drafts=self._drafts,
            now=datetime.now(UTC),
            routing=self._routing,
        )

    @cached_property
    def _catalogue(self) -> Catalogue:
        return load_catalogue(self._templates / "catalogue")

    @cached_property
    def _drafts(self) -> list[Candidate]:
        versions = find_judging_versions(self._templates, self._catalogue)
        attempts = read_attempts(self._state / "drafts.jsonl", self._catalogue.version)
        return select_drafts(self._catalogue, attempts, versions=versions)


def connect_store(run_file: RunFile) -> S3ObjectStore:
    """The store of a running stack."""
    return S3ObjectStore(AwsClients.for_emulator(run_file.s3_endpoint).make_s3(), run_file.bucket)


def main() -> None:
    """Publish one release of the running stack."""
    parser = argparse.ArgumentParser(prog="edgefill.local.chaos.publisher", description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--templates", type=Path, required=True)
    options = parser.parse_args()
    publisher = ReleasePublisher(state=options.state, templates=options.templates)
    publisher.publish(connect_store(read_run_file(options.state)))


if __name__ == "__main__":
    main()
