"""`edgefill keys`: where the text of each key is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.__main__ import create_app
from edgefill.compiler.fallbacks import compile_fallbacks
from edgefill.packs.layout import held_key, overlay_key
from edgefill.release.publish import publish
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from tests.edgefill.cli.conftest import BUCKET, write_shop


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The folder of the small shop."""
    write_shop(tmp_path / "templates")
    return tmp_path / "templates"


def test_a_held_text_is_a_place_of_its_own(shop: Path, s3: str) -> None:
    """It counts as unwritten, because visitors do not get it; an overlay comes before it."""
    objects = S3ObjectStore(AwsClients.for_emulator(s3).make_s3(), BUCKET)
    catalogue = load_catalogue(shop / "catalogue")
    publish(
        objects,
        catalogue=catalogue,
        templates={},
        fallbacks=compile_fallbacks(catalogue),
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    held, written, nowhere, *_ = catalogue.list_keys()
    for path in (held_key(held), held_key(written), overlay_key(written)):
        objects.put(path, b"{}", cache_control="private")
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    words = ["keys", "--json", "--unwritten", "--templates", str(shop), "--bucket", BUCKET]
    done = CliRunner().invoke(
        create_app(("keys",)),
        [*words, "--endpoint-url", s3, "--region", "us-east-1"],
        env=environment,
    )
    where = {row["key"]: row["where"] for row in json.loads(done.stdout)["keys"]}
    assert (where[str(held)], where[str(nowhere)]) == ("held", "nowhere")
    assert str(written) not in where
