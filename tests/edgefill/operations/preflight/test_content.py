"""The checks of the catalogue and the roles."""

from __future__ import annotations

from pathlib import Path

from edgefill.operations.preflight.content import check_catalogue, check_roles
from tests.edgefill.cli.conftest import write_shop


def test_the_demo_shop_passes() -> None:
    """Its roles are named."""
    assert check_catalogue(Path("templates")).status == "ok"
    assert "drafter" in check_roles(Path("templates"), {}).text


def test_a_typo_fails_with_the_file(tmp_path: Path) -> None:
    """The text is the loader's own message."""
    write_shop(tmp_path)
    (tmp_path / "catalogue" / "shop.yaml").write_text("naem: x")
    (tmp_path / "roles.yaml").write_text("drafterr: {engine: service}")
    assert "shop.yaml" in check_catalogue(tmp_path).text
    assert "'drafterr' is not a role" in check_roles(tmp_path, {}).text
