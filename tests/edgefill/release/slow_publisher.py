"""A publisher to be killed: `slow_publisher.py ENDPOINT BUCKET WRITES` stops before write WRITES.

It says `stopped` on standard output and then waits for its end.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Any

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.compiler import CompiledTemplate
from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.judging.accepted_template import AcceptedTemplate, Provenance
from edgefill.judging.verdict import make_person_verdict
from edgefill.release.publish import publish
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore


class Stopping(S3ObjectStore):
    """S3 that stops for good before a given write."""

    writes_left = 0

    def put(self, key: str, body: bytes, **options: Any) -> str:
        """Write while any writes are left."""
        if self.writes_left == 0:
            print("stopped", flush=True)
            time.sleep(600)
        self.writes_left -= 1
        return super().put(key, body, **options)


def main(endpoint: str, bucket: str, writes: int) -> None:
    """Publish one experience in two locales: four objects, a manifest and the pointer."""
    objects = Stopping(AwsClients.for_emulator(endpoint).make_s3(), bucket)
    objects.writes_left = writes
    experience = Experience(id="new", version="1", format="text", slots=(), cases=CaseSpec())
    fallback = {"en": "Hello", "de": "Hallo"}
    entry = CatalogueEntry(
        experience=experience, title="", goal="", fallbacks=fallback, tones=("warm",)
    )
    text = CompiledTemplate(program={}, text="Hello", max_bytes=5)
    accepted = AcceptedTemplate(
        compiled=text,
        verdict=make_person_verdict("pass", reader="test", reason="written by hand"),
        provenance=Provenance(origin="person", model=""),
    )
    catalogue = Catalogue(
        version="c2",
        shop="Demo",
        locales=("en", "de"),
        default_locale="en",
        locale_fallbacks={},
        tones={},
        entries={"new": entry},
    )
    publish(
        objects,
        catalogue=catalogue,
        templates=dict.fromkeys(catalogue.list_keys(), accepted),
        fallbacks={("new", "en"): text, ("new", "de"): text},
        now=datetime(2026, 11, 24, tzinfo=UTC),
        writers=1,
    )
    print("published", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
