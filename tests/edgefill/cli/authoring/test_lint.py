"""`edgefill lint` checks a template's locale and case, and the experience's fallback."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import InputRefused

TEMPLATES = Path(__file__).parents[4] / "templates"
GOLD = "<p>{{ name }}, gold members first: {{ order_id }}!</p>"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "draft.html"
    file.write_text(GOLD)
    return file


def lint(file: Path, *words: object) -> Result:
    command = ["lint", file, "--experience", "order-delayed", *words]
    return CliRunner().invoke(create_app(("lint",)), [str(word) for word in command])


def test_a_locale_that_the_catalogue_lacks_is_refused(file: Path) -> None:
    """The error lists the locales of the catalogue."""
    refused = lint(file, "--locale", "fr").exception
    assert isinstance(refused, InputRefused)
    assert str(refused) == "--locale fr: the catalogue has en, de"


def test_the_case_decides_which_phrases_are_allowed(file: Path) -> None:
    """Without --case the text is for all visitors."""
    assert "[other-case]" in lint(file).stdout
    assert lint(file, "--case", "silver.any").exit_code == 1
    assert lint(file, "--case", "gold.any").exit_code == 0


def test_a_case_that_is_not_written_is_refused(file: Path) -> None:
    """The error lists the written cases."""
    refused = lint(file, "--case", "tin").exception
    assert isinstance(refused, InputRefused)
    assert "order-delayed is written for gold.lapsed, gold.any" in str(refused)


def test_the_fallback_is_checked_too(file: Path, tmp_path: Path) -> None:
    """A fallback that is itself the file is checked once."""
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    fallback = templates / "catalogue/fallbacks/order-delayed/en.html"
    fallback.write_text("<script>{{ name }} {{ order_id }}</script>")
    done = lint(file, "--case", "gold.any", "--templates", templates)
    assert done.exit_code == 1
    assert f"{file}: sound" in done.stdout
    assert "fallbacks/order-delayed/en.html:1:1: <script> is not allowed" in done.stdout
    report = json.loads(lint(file, "--templates", templates, "--json").stdout)
    assert [len(report["refusals"]), len(report["fallback"])] == [1, 1]
    done = lint(fallback, "--templates", templates)
    assert done.stdout.count("<script>") == 1
