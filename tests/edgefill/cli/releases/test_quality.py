"""`edgefill quality`, and the report that `generate` and `publish` write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import EdgefillError, InputRefused, NotStored
from edgefill.packs.layout import report_key

Shell = Any  # tests/edgefill/cli/conftest.py
ScriptedGpu = Any


def run_refused(shell: Shell, *words: str) -> EdgefillError:
    """Run a command and return its error."""
    error = shell(*words).exception
    assert isinstance(error, EdgefillError)
    return error


def test_generate_writes_the_report(shell: Shell, gpu: ScriptedGpu) -> None:
    """Page and JSON are in the state folder, also when some keys have no text."""
    gpu.reply = lambda order: "Hi {{ nobody }}" if "gold" in order["prompt"] else "Hi {{ name }}"
    done = shell("generate", "--tries", "1")
    data = json.loads((shell.state / "quality.json").read_text())
    assert done.exit_code == 1
    assert (data["total"]["keys"], data["total"]["stages"]["first"]) == (4, 2)
    assert data["total"]["stages"]["failed"] == 2
    assert (shell.state / "quality.html").read_text().startswith("<!doctype html>")


def test_generate_writes_it_where_it_is_told(shell: Shell, gpu: ScriptedGpu) -> None:
    """--report names the page; the JSON has its name."""
    folder = shell.folder / "reports"
    shell("generate", "--report", str(folder / "june.html"))
    assert sorted(each.name for each in folder.iterdir()) == ["june.html", "june.json"]
    assert not (shell.state / "quality.html").exists()


def test_makes_the_same_report_again(shell: Shell, gpu: ScriptedGpu) -> None:
    """The journal is enough; nothing is ordered."""
    shell("generate")
    first, orders = (shell.state / "quality.json").read_bytes(), len(gpu.orders)
    again = shell("quality", "--out", str(shell.folder / "again.html"))
    assert "4 keys: 4 accepted (4 at the first draft" in again.stdout
    assert (shell.folder / "again.json").read_bytes() == first
    assert len(gpu.orders) == orders


def test_prints_one_json_object(shell: Shell, gpu: ScriptedGpu) -> None:
    """--json prints the report and writes no file unless --out is given."""
    shell("generate")
    (shell.state / "quality.html").unlink()
    data = json.loads(shell("quality", "--json").stdout)
    assert data["total"]["accepted"] == 4
    assert not (shell.state / "quality.html").exists()


def test_publish_stores_the_report(shell: Shell, gpu: ScriptedGpu) -> None:
    """Each release has its report, `releases` names it, and `quality --release` fetches it."""
    shell("generate")
    release = json.loads(shell("publish", "--json").stdout)
    assert release["quality"] == report_key(release["release"], "quality.html")
    assert "stored" in shell("releases").stdout
    expected = (shell.state / "quality.html").read_bytes()
    (shell.state / "quality.html").unlink()
    done = shell("quality", "--release", release["release"])
    assert str(shell.state / "quality.html") in done.stdout
    assert (shell.state / "quality.html").read_bytes() == expected


def test_refuses_a_journal_without_texts_of_this_catalogue(shell: Shell, gpu: ScriptedGpu) -> None:
    """Missing, empty and outdated journals are told apart, each with its remedy."""
    journal = shell.state / "drafts.jsonl"
    assert "cannot be read" in str(run_refused(shell, "quality"))
    journal.parent.mkdir(exist_ok=True)
    journal.touch()
    assert "is empty; draft its texts with `edgefill generate`" in str(
        run_refused(shell, "quality")
    )
    shell("generate")
    shop = shell.folder / "templates/catalogue/shop.yaml"
    shop.write_text(shop.read_text().replace("kind", "kinder"))
    assert "another version of the catalogue" in str(run_refused(shell, "quality"))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("--release", "r1"), NotStored),
        (("--out", "/dev/null/report.html"), InputRefused),
        (("--out", "report.txt"), InputRefused),
    ],
)
def test_refuses_what_it_cannot_read_or_write(
    shell: Shell, gpu: ScriptedGpu, words: tuple[str, ...], kind: type[EdgefillError]
) -> None:
    """An unknown release and a path that is not a folder are named."""
    shell("generate")
    error = run_refused(shell, "quality", *words)
    assert type(error) is kind
    assert Path(words[1]).name in str(error)
