"""`edgefill dataset` as its users run it, on a small shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.__main__ import create_app
from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import CatalogueRefused, InputRefused
from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import AcceptedTemplate, Provenance
from edgefill.judging.verdict import Verdict
from edgefill.release.overlay import write_overlay
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.journal import open_journal
from tests.edgefill.cli.conftest import BUCKET, write_shop

TERMS = """\
licences: [CC0-1.0]
sources:
  gold: {licence: CC0-1.0, privacy: slots, weight: 2.0}
  journal: {licence: CC0-1.0, privacy: slots}
writers: {tiny: CC0-1.0}
"""
# holds out greeting/gold
OPTIONS = ("--test-share", "0.5", "--seed", "2")

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

Run = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The shop's folder with an accepted draft in its journal."""
    write_shop(tmp_path / "templates")
    (tmp_path / "templates" / "training.yaml").write_text(TERMS)
    verdict = Verdict(outcome="pass", reason="good", judge="small", version="1")
    version = load_catalogue(tmp_path / "templates" / "catalogue").version
    with open_journal(tmp_path / "drafts.jsonl", version) as journal:
        for key, text in (
            ("greeting/en/gold", "Good morning from all of us, {{ name }}"),
            ("greeting/en/any", "A warm welcome to our shop, {{ name }}"),
        ):
            candidate = Candidate(
                key=parse_key(key),
                text=text,
                provenance=Provenance(origin="draft", model="tiny"),
                verdicts=(verdict,),
            )
            journal.record(parse_key(key), Attempts(candidates=(candidate,)))
    return tmp_path


@pytest.fixture
def run(shop: Path) -> Run:
    """Runs `edgefill dataset` on the shop."""

    def run_command(command: str, *words: str) -> Result:
        templates = () if command == "stats" else ("--templates", str(shop / "templates"))
        arguments = ["dataset", command, *words, *templates]
        return CliRunner().invoke(create_app(["dataset"]), arguments, env=KEYS)

    return run_command


def build(run: Run, shop: Path, *words: str) -> Result:
    journal = ("--drafts", str(shop / "drafts.jsonl"))
    return run("build", "--out", str(shop / "set"), *journal, *OPTIONS, *words)


def test_a_set_is_built_described_and_checked(run: Run, shop: Path) -> None:
    """The card, the statistics and the check tell the same; two fallbacks are real."""
    built = json.loads(build(run, shop, "--json").stdout)
    assert (built["figures"]["real"], built["figures"]["synthetic"]) == (2, 2)
    assert (built["figures"]["train"], built["figures"]["test"]) == (3, 1)
    stats = json.loads(run("stats", str(shop / "set"), "--json").stdout)
    assert stats["digest"] == built["digest"]
    assert stats["by"] == built["figures"]["by"]
    checked = run("check", str(shop / "set"), "--json")
    assert json.loads(checked.stdout) == {"digest": built["digest"], "problems": []}


def test_people_read_the_ratio_and_the_sources(run: Run, shop: Path) -> None:
    """After a build, and from `stats` at any time."""
    built = build(run, shop)
    stats = run("stats", str(shop / "set"))
    for output in (built.stdout, stats.stdout):
        assert "real : synthetic 2 : 2 (1 : 1.0)" in output
        assert "source: gold 2, journal 2" in output
    assert "4 examples are as digest" in run("check", str(shop / "set")).stdout


def test_a_set_that_breaks_the_terms_of_today_fails_the_check(run: Run, shop: Path) -> None:
    """The exit status is 1, and each line is named."""
    build(run, shop)
    terms = shop / "templates" / "training.yaml"
    terms.write_text(TERMS.replace("licences: [CC0-1.0]", "licences: [MIT]"))
    checked = run("check", str(shop / "set"), "--most", "1")
    assert checked.exit_code == 1
    assert "train.jsonl:1: licence 'CC0-1.0' is not allowed" in checked.stdout
    assert "and 3 more" in checked.stdout


def test_personal_data_leaves_no_folder(run: Run, shop: Path) -> None:
    """A finished example with an address stops the build."""
    build(run, shop)
    first = (shop / "set" / "train.jsonl").read_text().splitlines()[0]
    data = json.loads(first) | {"prompt": "Write to ada@example.org"}
    (shop / "extra.jsonl").write_text(json.dumps(data))
    files = ("--examples", str(shop / "extra.jsonl"))
    done = run("build", "--out", str(shop / "other"), *OPTIONS, *files)
    assert isinstance(done.exception, InputRefused)
    assert f"{shop / 'extra.jsonl'}:1: prompt, characters 10 to 24" in str(done.exception)
    assert not (shop / "other").exists()


def test_a_journal_of_another_catalogue_is_refused(run: Run, shop: Path) -> None:
    """Its drafts would silently be missing."""
    file = shop / "templates" / "catalogue" / "experiences" / "greeting.yaml"
    file.write_text(file.read_text().replace("greet the visitor", "greet every visitor"))
    done = build(run, shop)
    assert isinstance(done.exception, InputRefused)
    assert "drafts.jsonl: has no drafts for this catalogue" in str(done.exception)


def test_a_shop_without_terms_builds_nothing(run: Run, shop: Path) -> None:
    """Nobody has said what may be taught."""
    (shop / "templates" / "training.yaml").unlink()
    done = build(run, shop)
    assert isinstance(done.exception, CatalogueRefused)
    assert "training.yaml: does not exist; write it" in str(done.exception)


def test_samples_need_a_trained_judge(run: Run, shop: Path) -> None:
    """Without one no sample can pass, which would look like a bad teacher."""
    row = {"key": "greeting/en/gold", "text": "Hello {{ name }}", "writer": "tiny"}
    (shop / "samples.jsonl").write_text(json.dumps(row))
    done = build(run, shop, "--samples", str(shop / "samples.jsonl"))
    assert "judge.json" in str(done.exception)
    assert not (shop / "set").exists()


def test_the_overlay_of_a_bucket_is_read(run: Run, shop: Path, s3: str) -> None:
    """A text that its judge passed on a miss, in the store that --bucket names."""
    entry = load_catalogue(shop / "templates" / "catalogue").entry("greeting")
    accepted = AcceptedTemplate(
        compiled=CompiledTemplate(program={}, text="Guten Tag, {{ name }}", max_bytes=99),
        verdict=Verdict(outcome="pass", reason="good", judge="small", version="1"),
        provenance=Provenance(origin="draft", model="tiny"),
    )
    objects = S3ObjectStore(AwsClients.for_emulator(s3).make_s3(), BUCKET)
    key = parse_key("greeting/de/gold")
    write_overlay(objects, key, accepted, version=entry.experience.version)
    terms = shop / "templates" / "training.yaml"
    terms.write_text(TERMS.replace("writers", "  overlay: {licence: MIT, privacy: slots}\nwriters"))
    store = ("--overlay", "--bucket", BUCKET, "--endpoint-url", s3, "--region", "us-east-1")
    built = json.loads(build(run, shop, *store, "--json").stdout)
    assert built["figures"]["by"]["source"] == {"gold": 2, "journal": 2, "overlay": 1}
