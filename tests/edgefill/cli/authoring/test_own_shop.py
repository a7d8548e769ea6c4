"""`edgefill init`, `check` and `new experience`, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import InputRefused


def run(*words: str) -> Result:
    return CliRunner().invoke(create_app((words[0],)), words)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    assert run("init", str(tmp_path / "shop")).exit_code == 0
    return tmp_path / "shop"


def test_a_first_shop_is_sound_until_it_has_a_mistake(shop: Path) -> None:
    """Exit status 1 and the place tell of a mistake."""
    templates = f"--templates={shop / 'templates'}"
    sound = run("check", templates)
    assert (sound.exit_code, "sound" in sound.output) == (0, True)
    file = shop / "templates" / "catalogue" / "shop.yaml"
    file.write_text(file.read_text().replace("default: basic", "default: basik"))
    faulty = run("check", templates)
    assert faulty.exit_code == 1
    assert "shop.yaml:14: dimensions.tier.default: 'basik' is not among" in faulty.output
    assert "1 problem" in faulty.output


def test_a_mail_becomes_an_experience_with_its_losses_listed(shop: Path, tmp_path: Path) -> None:
    mail = tmp_path / "mail.html"
    mail.write_text("<p>Hi {{ user.name|default:'you' }}</p>\n{% include 'x' %}")
    result = run(
        *("new", "experience", "hi", "--goal", "greet", "--from", str(mail)),
        f"--templates={shop / 'templates'}",
    )
    assert result.exit_code == 0, result.output
    assert f"{mail}:2: {{% include 'x' %}}: has no equal" in result.output
    assert "to correct" not in result.output
    assert run("check", f"--templates={shop / 'templates'}").exit_code == 0


def test_what_is_missing_is_named_when_nobody_can_be_asked(shop: Path) -> None:
    result = run("new", "experience", "hi", f"--templates={shop / 'templates'}")
    assert isinstance(result.exception, InputRefused)
    assert str(result.exception).startswith("--goal is missing")
