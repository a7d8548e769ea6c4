"""`edgefill lint`: the locale, the case and the fallback beside a template."""

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
    made = tmp_path / "draft.html"
    made.write_text(GOLD)
    return made


def lint(file: Path, *words: object) -> Result:
    asked = ["lint", file, "--experience", "order-delayed", *words]
    return CliRunner().invoke(create_app(("lint",)), [str(word) for word in asked])


def test_a_locale_that_the_catalogue_lacks_is_refused(file: Path) -> None:
    """Nothing can be sound in it."""
    refused = lint(file, "--locale", "fr").exception
    assert isinstance(refused, InputRefused)
    assert str(refused) == "--locale fr: the catalogue has en, de"


def test_the_case_says_what_may_be_said(file: Path) -> None:
    """Without one the text is for everybody."""
    assert "[other-case]" in lint(file).stdout
    assert lint(file, "--case", "silver.any").exit_code == 1
    assert lint(file, "--case", "gold.any").exit_code == 0


def test_a_case_that_is_not_written_is_refused(file: Path) -> None:
    """The message lists those that are."""
    refused = lint(file, "--case", "tin").exception
    assert isinstance(refused, InputRefused)
    assert "order-delayed is written for gold.lapsed, gold.any" in str(refused)


def test_an_unsound_fallback_is_found_too(file: Path, tmp_path: Path) -> None:
    """It stands in for the template; linting it alone lists it once."""
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    fallback = templates / "catalogue/fallbacks/order-delayed/en.html"
    fallback.write_text("<script>{{ name }} {{ order_id }}</script>")
    done = lint(file, "--case", "gold.any", "--templates", templates)
    assert done.exit_code == 1
    assert f"{file}: sound" in done.stdout
    assert "fallbacks/order-delayed/en.html:1:1: <script> is not allowed" in done.stdout
    said = json.loads(lint(file, "--templates", templates, "--json").stdout)
    assert [len(said["refusals"]), len(said["fallback"])] == [1, 1]
    alone = lint(fallback, "--templates", templates)
    assert alone.stdout.count("<script>") == 1
