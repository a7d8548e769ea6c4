"""`edgefill judge train`, `evaluate` and `report`, in the order in which they are used."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import EdgefillError, InputRefused
from tests.edgefill.cli.judging.conftest import JudgedShop


def test_a_judge_is_trained_and_compared_with_readers(shop: JudgedShop, tmp_path: Path) -> None:
    judge = tmp_path / "judge.json"
    trained = shop.train("--out", str(judge))
    assert trained.exception is None, repr(trained.exception)
    assert "en: AUC" in trained.stdout
    report = ["report", "--labels", str(shop.labels), "--judge", str(judge)]
    report += ["--templates", str(shop.folder)]
    shown = shop.run(*report)
    assert shown.exit_code == 0, shown.output
    assert "64 texts; readers agree on 63 (kappa 1-2: 0.97)" in shown.stdout
    assert "The readers differ: 1" in shown.stdout
    test_only = shop.run(*report, "--split", "test", "--json")
    assert json.loads(test_only.stdout)["all"]["texts"] == 16


def test_a_judge_is_evaluated_on_a_split_that_it_was_not_taught(shop: JudgedShop) -> None:
    shown = shop.evaluate()
    assert shown.exception is None, repr(shown.exception)
    assert "16 texts; readers agree on 16" in shown.stdout
    report = json.loads(shop.evaluate("--new-combinations", "--json").stdout)
    assert report["all"]["auc"]["value"] == 1


def test_a_judge_without_a_split_is_trained_with_fewer_labels(
    shop: JudgedShop, tmp_path: Path
) -> None:
    out = ("--out", str(tmp_path / "judge.json"), "--json")
    counts = [
        json.loads(shop.train(*out, *options).stdout)["taught"]["labels"]
        for options in ((), ("--hold-out", "test"))
    ]
    assert counts == [64, 48]


def test_an_unknown_writer_or_split_is_refused(shop: JudgedShop) -> None:
    unknown = shop.evaluate("--writer", "nobody")
    assert "has no such line; its writers: none" in str(unknown.exception)
    assert "no line has the split 'spring'" in str(shop.evaluate("--split", "spring").exception)


def test_untaught_faults_are_measured_on_request(shop: JudgedShop, tmp_path: Path) -> None:
    trained = shop.train("--out", str(tmp_path / "judge.json"), "--untaught", "--json")
    summary = json.loads(trained.stdout)
    assert summary["untaught"].keys() == {"splice", "drop", "salad", "repeat", "swap"}
    assert summary["bytes"] == (tmp_path / "judge.json").stat().st_size


def test_another_judges_column_is_reported(shop: JudgedShop) -> None:
    result = shop.run("report", "--labels", str(shop.labels), "--column", "large", "--json")
    figures = json.loads(result.stdout)["locales"]["en"]
    assert figures["auc"]["value"] == 1
    assert figures["unscored"] == 16
    shown = shop.run("report", "--labels", str(shop.labels), "--column", "large")
    assert "judge: unscored" in shown.stdout


def test_a_reader_is_reported_against_the_others(shop: JudgedShop) -> None:
    shown = shop.run("report", "--labels", str(shop.labels), "--reader", "2", "--json")
    confusion = json.loads(shown.stdout)["all"]["confusion"]
    assert confusion == {"good_passed": 31, "good_refused": 1, "bad_passed": 0, "bad_refused": 32}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--column", "large", "--reader", "1"), "exclude each other"),
        (("--role", "judge", "--reader", "1"), "exclude each other"),
        (("--role", "drafter"), "choose judge or critic"),
        (("--reader", "3"), "the lines have 2 labels"),
        (("--split", "none"), "no line has the split 'none'"),
        (("--column", "small"), "labels.jsonl:1: 'small' is missing"),
        (("--judge", "none.json"), "run `edgefill judge train`"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused(
    shop: JudgedShop, options: tuple[str, ...], problem: str
) -> None:
    result = shop.run("report", "--labels", str(shop.labels), *options)
    assert isinstance(result.exception, EdgefillError)
    assert problem in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_judge_is_not_written_where_there_is_no_folder(shop: JudgedShop) -> None:
    result = shop.train("--out", "nowhere/judge.json")
    assert isinstance(result.exception, InputRefused)
    assert "nowhere is not a folder" in str(result.exception)


@pytest.mark.parametrize("command", [(), ("train",), ("evaluate",), ("report",)])
def test_help_is_printed(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(create_app(["judge"]), ["judge", *command, "--help"])
    assert result.exit_code == 0
    assert "judge" in result.stdout


ROLES = """\
drafter: {engine: service}
judge: {engine: openai, url: %s/v1, model: stand-in}
"""
PROMPT = "-----BEGIN TEXT-----\n{{ text }}\n-----END TEXT-----"
RUBRIC = """\
threshold: 0.5
criteria: [{id: sense, wording: It makes sense.}]
fail: [sense]
"""


def test_a_role_of_the_shop_is_compared_with_readers(shop: JudgedShop, large_model: str) -> None:
    """A large judge behind an OpenAI-compatible URL, by the shop's rubric."""
    files = {
        "roles.yaml": ROLES % large_model,
        "judging/rubric.yaml": RUBRIC,
        "prompts/judge.j2": PROMPT,
        **{f"prompts/{name}.j2": "x" for name in ("draft", "answer", "revise")},
    }
    for name, text in files.items():
        (shop.folder / name).parent.mkdir(exist_ok=True)
        (shop.folder / name).write_text(text)
    words = ("report", "--labels", str(shop.labels), "--templates", str(shop.folder), "--json")
    report = json.loads(shop.run(*words, "--role", "judge").stdout)
    assert report["all"]["auc"]["value"] == 1
    error = shop.run(*words, "--role", "critic").exception
    assert "roles.yaml does not configure it" in str(error)
