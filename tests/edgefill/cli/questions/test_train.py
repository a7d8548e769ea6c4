"""`edgefill router train`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import InputRefused
from edgefill.routing.question import read_question
from edgefill.routing.router import Router

ROWS = """\
text,intent
where is my order,order
track my parcel,order
has my package shipped,order
cancel my order,cancel
i want to cancel,cancel
stop the purchase,cancel
what is the weather,oos
tell me a joke,oos
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(create_app(("router",)), words)


def test_a_file_becomes_a_router_and_a_report(tmp_path: Path) -> None:
    """Four files are written, one of them a router that the edge reads."""
    (tmp_path / "shop.csv").write_text(ROWS)
    out = tmp_path / "out"
    done = run("router", "train", "--file", str(tmp_path / "shop.csv"), "--no-teacher",
                 "--out", str(out), "--json")  # fmt: skip
    assert done.exit_code == 0, done.exception
    report = json.loads(done.stdout)["shop"]
    assert (report["questions"], report["out_of_scope"], report["certified"]) == (8, 2, False)
    router = Router(json.loads((out / "shop" / "router.json").read_text()))
    assert router.route(read_question("Track my parcel!")).experience == "order"
    assert json.loads((out / "shop" / "report.json").read_text()) == report
    assert (out / "shop" / "reliability.png").read_bytes().startswith(b"\x89PNG")
    assert "Router of shop" in (out / "shop" / "report.html").read_text()


def test_a_file_with_too_few_examples_is_refused(tmp_path: Path) -> None:
    """The message says what is missing, and nothing is written."""
    (tmp_path / "shop.csv").write_text("text,intent\nhello,greet\n")
    done = run(
        "router", "train", "--file", str(tmp_path / "shop.csv"), "--out", str(tmp_path / "out")
    )
    assert isinstance(done.exception, InputRefused)
    assert str(done.exception).startswith(f"{tmp_path / 'shop.csv'}: greet: ")
    assert not (tmp_path / "out").exists()


def test_questions_from_traffic_need_a_file() -> None:
    """An author wrote the utterances of a catalogue."""
    done = run("router", "train", "--drawn")
    assert isinstance(done.exception, InputRefused)
    assert "--file" in str(done.exception)


def test_an_unwritable_place_is_refused_before_training(tmp_path: Path) -> None:
    """A file instead of a folder, a folder instead of a file; nothing is written."""
    (tmp_path / "shop.csv").write_text(ROWS)
    (tmp_path / "out" / "shop" / "report.html").mkdir(parents=True)
    for out, message in (
        ("shop.csv", "is not a writable folder"),
        ("out", "report.html: is a folder"),
    ):
        done = run("router", "train", "--file", str(tmp_path / "shop.csv"), "--no-teacher",
                   "--out", str(tmp_path / out))  # fmt: skip
        assert isinstance(done.exception, InputRefused)
        assert message in str(done.exception)
    assert [path.name for path in (tmp_path / "out" / "shop").iterdir()] == ["report.html"]
